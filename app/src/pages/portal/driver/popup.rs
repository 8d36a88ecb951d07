//! The window at the provider: opened in the press, handed its flow, closed when it is over.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Driver, host};
use crate::pages::portal::state::Event;

/// The language of this page follows.
const PAGE: &str = "/connect/window?lang=";
const HANDOFF: &str = "/connect/handoff?lang=";
const LOOK: &str = "popup,width=500,height=640";

#[derive(Clone)]
pub struct Popup {
    pub window: web_sys::Window,
    /// It has said that it listens.
    pub ready: bool,
}

impl Driver {
    /// Only a press may open a window, so nothing is awaited on the way here.
    pub fn open_popup(self) {
        self.close_popup();
        let popup = open();
        let opened = popup.is_some();
        self.hands.update_value(|hands| hands.popup = popup);
        self.send(if opened {
            Event::WindowOpened
        } else {
            Event::WindowBlocked
        });
    }

    pub fn close_popup(self) {
        self.hands.update_value(|hands| {
            hands.begin = None;
            hands.tab = false;
            if let Some(popup) = hands.popup.take() {
                // One that is gone, or cut off from this page, cannot be closed from here.
                let _ = popup.window.close();
            }
        });
    }

    /// A link has opened the window, so it is not known here until it says that it is there.
    pub fn await_tab(self) {
        self.close_popup();
        self.hands.update_value(|hands| hands.tab = true);
    }

    /// Whether the window is gone. A provider's page may cut it off, and then it only seems so.
    pub fn popup_gone(self) -> bool {
        self.hands.with_value(|hands| {
            let closed = |popup: &Popup| popup.window.closed().unwrap_or(true);
            // A tab that has not been heard yet may still be on its way.
            hands.popup.as_ref().map_or(!hands.tab, closed)
        })
    }
}

/// The address of the window, before it goes to the provider.
pub fn page() -> String {
    in_language(PAGE)
}

/// Where the host page goes as a whole, before it goes to the provider.
pub fn handoff() -> String {
    in_language(HANDOFF)
}

fn in_language(path: &str) -> String {
    let language = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"));
    format!("{path}{}", language.unwrap_or_default())
}

fn open() -> Option<Popup> {
    let opened = window().open_with_url_and_target_and_features(&page(), "_blank", LOOK);
    let window = opened.ok().flatten()?;
    Some(Popup {
        window,
        ready: false,
    })
}

/// Hears from the window that it listens. False for a message that is not the window's.
pub fn hear(driver: Driver, event: &web_sys::MessageEvent) -> bool {
    let origin = window().location().origin();
    let ours = origin.is_ok_and(|origin| origin == event.origin());
    if !ours || host::text(&event.data(), "type").as_deref() != Some("window-ready") {
        return false;
    }
    let Some(source) = event.source() else {
        return false;
    };
    let heard = driver
        .hands
        .try_update_value(|hands| match &mut hands.popup {
            Some(popup) if host::same(&source, &popup.window) => {
                popup.ready = true;
                true
            }
            // Only a page of this very origin that this one has opened says so.
            None if hands.tab => {
                hands.tab = false;
                hands.popup = Some(Popup {
                    window: source.unchecked_into(),
                    ready: true,
                });
                true
            }
            _ => false,
        });
    hand_over(driver);
    heard.unwrap_or(false)
}

/// Gives the window its flow once both are there.
pub fn hand_over(driver: Driver) {
    let Ok(origin) = window().location().origin() else {
        return;
    };
    driver.hands.update_value(|hands| {
        let Some(popup) = hands.popup.as_ref().filter(|popup| popup.ready) else {
            return;
        };
        let Some((flow_id, ticket)) = hands.begin.take() else {
            return;
        };
        let more = [("flowId", flow_id.into()), ("ticket", ticket.0.into())];
        // It fails only for an origin that is none, and this page has one.
        let _ = popup
            .window
            .post_message(&host::message("begin", &more), &origin);
    });
}
