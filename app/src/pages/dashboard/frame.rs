//! What surrounds every page of an environment: the sidebar, or the top bar on a narrow screen.

use leptos::{either::Either, prelude::*};
use leptos_router::components::{Outlet, Redirect};

use super::place::{use_project_id, use_section};
use crate::{
    components::{Notice, Tone, load::Failure},
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
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <header class="sidebar">
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match viewer.await {
                            Ok(viewer) => view! { <sidebar::Sidebar viewer project_id section /> }.into_any(),
                            Err(error) if error.code == ErrorCode::SignInRequired => {
                                view! { <Redirect path="/sign-in" /> }.into_any()
                            }
                            Err(error) => view! { <Failure error retry /> }.into_any(),
                        }
                    })}
                </Transition>
            </header>
            <main class="content" id="content" tabindex="-1">
                <Transition fallback=|| ()>
                    {move || Suspend::new(async move {
                        match viewer.await {
                            Ok(viewer) if viewer.role == Role::Support => Either::Left(view! {
                                <Notice tone=Tone::Idle>
                                    "Your role is Support: you can look at everything and disconnect accounts. Ask an admin for other changes."
                                </Notice>
                            }),
                            _ => Either::Right(()),
                        }
                    })}
                </Transition>
                <Outlet />
            </main>
        </div>
    }
    .into_any()
}
