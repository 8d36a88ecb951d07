//! Code to copy.

use leptos::prelude::*;

use super::copy::CopyButton;

/// `title` says what the code is; it also names the copy button.
#[component]
pub fn Snippet(#[prop(into)] title: String, #[prop(into)] code: Signal<String>) -> impl IntoView {
    view! {
        <div class="snippet">
            <header>
                <span>{title.clone()}</span>
                <CopyButton text=code what=title />
            </header>
            // Long lines scroll, and whoever has no mouse scrolls with the arrow keys.
            <pre tabindex="0">
                <code>{move || code.get()}</code>
            </pre>
        </div>
    }
    .into_any()
}
