//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{ButtonKind, LinkButton};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Ok(api) = crate::api::api() {
        api.set_status(404);
    }
    view! {
        <Title text="Page not found" />
        <main class="gate">
            <div class="gate-panel">
                <h1>"Page not found"</h1>
                <p>"Nothing is at this address. The link may be old, or mistyped."</p>
                <LinkButton href="/" kind=ButtonKind::Primary>
                    "Go to the dashboard"
                </LinkButton>
            </div>
        </main>
    }
    .into_any()
}
