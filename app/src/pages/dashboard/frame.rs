//! What surrounds every page of an environment: the sidebar, or the top bar on a narrow screen.

use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};

use super::place::{use_project_id, use_section};
use crate::{
    components::{
        Notice, Tone,
        load::{Await, Failure, waiting},
    },
    contract::{ErrorCode, dashboard::Role},
    server_fns::session::viewer,
};

mod sidebar;
mod switcher;

/// The product's name, with its mark: two sockets and a cord.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <p class="wordmark">
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <path d="M5 8v3a7 7 0 0 0 14 0V8" />
                <circle cx="5" cy="5" r="2.5" />
                <circle cx="19" cy="5" r="2.5" />
                <circle class="wordmark-plug" cx="12" cy="20" r="2" />
            </svg>
            "Patchbay"
        </p>
    }
    .into_any()
}

/// The layout of an environment's pages. The sidebar and the page load side by side.
#[component]
pub fn Frame() -> impl IntoView {
    let project_id = use_project_id();
    let section = use_section();
    let viewer = Resource::new(|| (), |()| viewer());
    let retry = Callback::new(move |()| viewer.refetch());
    let sidebar = waiting(move || async move {
        match viewer.await {
            Ok(viewer) => view! { <sidebar::Sidebar viewer project_id section /> }.into_any(),
            Err(error) if error.code == ErrorCode::SignInRequired => {
                view! { <Redirect path="/sign-in" /> }.into_any()
            }
            Err(error) => view! { <Failure error retry /> }.into_any(),
        }
    });
    let hint = waiting(move || async move {
        let is_support = viewer
            .await
            .is_ok_and(|viewer| viewer.role == Role::Support);
        is_support.then(|| view! { <SupportHint /> }).into_any()
    });
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <header class="sidebar">
                <Await content=sidebar quiet=true />
            </header>
            <main class="content" id="content" tabindex="-1">
                <Await content=hint quiet=true />
                <Outlet />
            </main>
        </div>
    }
    .into_any()
}

#[component]
fn SupportHint() -> impl IntoView {
    view! {
        <Notice tone=Tone::Idle>
            "Your role is Support: you can look at everything and disconnect accounts. Ask an admin for other changes."
        </Notice>
    }
}
