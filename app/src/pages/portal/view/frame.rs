//! The card over the dimmed page, with what stays the same in every state.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

use crate::{
    components::{Glyph, Icon, ProviderLogo},
    contract::portal::PortalPage,
    pages::portal::{
        driver::Driver,
        state::{Event, Screen},
    },
};

/// A press beside the card leaves, except while something is under way that it would undo.
#[component]
pub fn Frame(driver: Driver, page: Option<PortalPage>, children: Children) -> impl IntoView {
    let beside = move |event: ev::MouseEvent| {
        let on_backdrop = event.target().is_some_and(|target| {
            target
                .dyn_ref::<web_sys::Element>()
                .is_some_and(|element| element.class_list().contains("portal"))
        });
        let busy = driver.portal.with_untracked(|portal| {
            portal.busy || matches!(portal.screen, Screen::Waiting | Screen::Checking)
        });
        if on_backdrop && !busy {
            driver.send(Event::ClosePressed);
        }
    };
    view! {
        <div class="portal" on:click=beside>
            <main class="portal-card" aria-labelledby="portal-title">
                <header class="portal-head">
                    {page.map(|page| view! { <Pair page /> })}
                    <button
                        class="portal-close"
                        type="button"
                        aria-label="Close"
                        data-early="close"
                        on:click=move |_| driver.send(Event::ClosePressed)
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </header>
                {children()}
            </main>
        </div>
    }
}

/// The app and the provider, side by side.
#[component]
fn Pair(page: PortalPage) -> impl IntoView {
    view! {
        <div class="portal-pair">
            <ProviderLogo name=page.app_name logo=None color=None />
            <span class="portal-dots" aria-hidden="true"></span>
            <ProviderLogo name=page.name logo=page.logo color=page.color />
        </div>
    }
}
