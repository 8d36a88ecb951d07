//! A text to take elsewhere.

use leptos::prelude::*;

use crate::pages::portal::strings::Strings;

#[component]
pub fn CopyText(text: String, title: String, strings: &'static Strings) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = text.clone();
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            copied.try_set(crate::components::browser::copy_text(&text).await);
        });
    };
    view! {
        <p class="setting-title">{title.clone()}</p>
        <div class="field-control">
            <input class="input" type="text" readonly=true value=shown aria-label=title />
            <button class="button field-reveal" type="button" data-kind="quiet" data-size="small" on:click=copy>
                <span aria-live="polite">
                    {move || if copied.get() { strings.copied } else { strings.copy }}
                </span>
            </button>
        </div>
    }
}
