//! The card over the dimmed page, with what stays the same in every state.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::stage::Stage;
use crate::{
    components::{Glyph, Icon, ProviderLogo},
    contract::{ApiError, portal::PortalPage},
    pages::portal::{
        driver::Driver,
        scene::{broken, scene},
        state::{Event, Screen},
        trouble::Trouble,
    },
};

/// A press beside the card leaves, except while something is under way that it would undo.
#[component]
pub fn Frame(driver: Driver, boot: Result<PortalPage, ApiError>) -> impl IntoView {
    let pair = boot.as_ref().ok().cloned();
    // A new screen is drawn anew; a press that only makes a button busy is not.
    let key = Memo::new(move |_| {
        let portal = driver.portal.read();
        (portal.screen.clone(), portal.mends())
    });
    let stage = move || {
        key.track();
        let scene = match &boot {
            Ok(page) => driver.portal.with_untracked(|portal| scene(portal, page)),
            Err(error) => broken(&Trouble::from(error.clone())),
        };
        view! { <Stage driver scene /> }
    };
    view! {
        <div class="portal" on:click=move |event| leave(driver, &event)>
            <main class="portal-card" aria-labelledby="portal-title">
                <header class="portal-head">
                    {pair.map(|page| view! { <Pair page /> })}
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
                {stage}
            </main>
        </div>
    }
}

fn leave(driver: Driver, event: &ev::MouseEvent) {
    let on_backdrop = event.target().is_some_and(|target| {
        let element = target.dyn_ref::<web_sys::Element>();
        element.is_some_and(|element| element.class_list().contains("portal"))
    });
    let busy = driver.portal.with_untracked(|portal| {
        portal.busy || matches!(portal.screen, Screen::Waiting | Screen::Checking)
    });
    if on_backdrop && !busy {
        driver.send(Event::ClosePressed);
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
