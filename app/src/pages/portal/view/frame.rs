//! The card over the dimmed page, with what stays the same in every state.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::stage::Stage;
use crate::{
    components::{Glyph, Icon},
    contract::{ApiError, portal::PortalPage},
    pages::portal::{
        driver::Driver,
        scene::{broken, scene},
        state::{Event, Screen},
        strings::Strings,
        trouble::Trouble,
    },
};

/// A press beside the card, where there is a beside, leaves, except while something is under way that it would undo.
#[component]
pub fn Frame(
    driver: Driver,
    page: Result<PortalPage, ApiError>,
    strings: &'static Strings,
) -> impl IntoView {
    let pair = page.as_ref().ok().cloned();
    let closes = pair.as_ref().is_none_or(|page| page.hosted.is_none());
    // A new screen is drawn anew; a press that only makes a button busy is not.
    let key = Memo::new(move |_| {
        let portal = driver.portal.read();
        (
            portal.screen.clone(),
            portal.mends(),
            portal.can_leave,
            portal.settings.is_empty(),
        )
    });
    let stage = move || {
        // Reading it is what subscribes: a memo that nobody reads follows nothing.
        key.read();
        let scene = match &page {
            Ok(page) => driver
                .portal
                .with_untracked(|portal| scene(portal, page, strings)),
            Err(error) => broken(&Trouble::nameless(error), strings),
        };
        let (app, provider) = page.as_ref().map_or_else(
            |_| Default::default(),
            |page| (page.app_name.clone(), page.name.clone()),
        );
        view! { <Stage driver scene app provider strings /> }
    };
    view! {
        <div class="portal" on:click=move |event| leave(driver, &event)>
            <main class="portal-card" aria-labelledby="portal-title">
                <header class="portal-head">
                    {pair.map(|page| view! { <Pair page /> })}
                    {closes.then(|| view! {
                        <button
                            class="portal-close"
                            type="button"
                            aria-label=strings.close
                            data-early="close"
                            on:click=move |_| driver.send(Event::ClosePressed)
                        >
                            <Icon glyph=Glyph::Close />
                        </button>
                    })}
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
pub fn Pair(page: PortalPage) -> impl IntoView {
    view! {
        <div class="portal-pair">
            <Tile name=page.app_name logo=page.app_logo />
            <span class="portal-dots" aria-hidden="true"></span>
            <Tile name=page.name logo=page.logo />
        </div>
    }
}

/// A logo, or the initial. The heading says the name.
#[component]
fn Tile(name: String, logo: Option<String>) -> impl IntoView {
    let initial = logo.is_none().then(|| {
        let letter = name.chars().find(|letter| letter.is_alphanumeric());
        letter.map(|letter| letter.to_ascii_uppercase())
    });
    view! {
        <span class="logo" aria-hidden="true">
            {logo.map(|src| view! { <img src=src alt="" width="24" height="24" /> })}
            {initial.map(|letter| view! { <b class="portal-initial">{letter}</b> })}
        </span>
    }
}
