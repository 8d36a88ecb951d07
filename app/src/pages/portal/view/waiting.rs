//! While the person is in the provider's window, and while the server asks the provider.

use leptos::prelude::*;

use super::{Press, Title};
use crate::{
    components::ButtonKind,
    contract::portal::PortalPage,
    pages::portal::{driver::Driver, state::Event},
};

#[component]
pub fn Waiting(driver: Driver, page: PortalPage) -> impl IntoView {
    let host = page.continues_on.unwrap_or_else(|| page.name.clone());
    view! {
        <div class="portal-screen" data-enter="">
            <Title text=format!("Continue with {}", page.name) />
            <p class="portal-text">
                "Sign in and allow access in the window that opened on " <b>{host}</b>
                ". This page goes on by itself."
            </p>
            <span class="portal-progress" aria-hidden="true"></span>
            <div class="portal-actions">
                <Press driver event=Event::RetryPressed>
                    "Open it again"
                </Press>
                <Press driver event=Event::CancelPressed kind=ButtonKind::Quiet>
                    "Cancel"
                </Press>
            </div>
        </div>
    }
}

#[component]
pub fn Checking(page: PortalPage) -> impl IntoView {
    view! {
        <div class="portal-screen" data-enter="">
            <Title text=format!("Checking with {}", page.name) />
            <p class="portal-text" role="status">
                {format!("{} gave access. Its answer is being checked.", page.name)}
            </p>
            <span class="portal-progress" aria-hidden="true"></span>
        </div>
    }
}
