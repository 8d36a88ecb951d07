//! The window at the provider: opened in the press, handed its flow, closed when it is over.

use leptos::{ev, prelude::*};

use super::{Driver, host};
use crate::pages::portal::state::Event;

/// The language of this page follows.
const PAGE: &str = "/connect/window?lang=";
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
        let early = self
            .hands
            .try_update_value(|hands| hands.early.take())
            .flatten();
        let popup = early.or_else(open);
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
            if let Some(popup) = hands.popup.take() {
                // One that is gone, or cut off from this page, cannot be closed from here.
                let _ = popup.window.close();
            }
        });
    }

    /// Whether the window is gone. A provider's page may cut it off, and then it only seems so.
    pub fn popup_gone(self) -> bool {
        self.hands.with_value(|hands| {
            let closed = |popup: &Popup| popup.window.closed().unwrap_or(true);
            hands.popup.as_ref().is_none_or(closed)
        })
    }
}

fn open() -> Option<Popup> {
    let language = document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"));
    let page = format!("{PAGE}{}", language.unwrap_or_default());
    let opened = window().open_with_url_and_target_and_features(&page, "_blank", LOOK);
    let window = opened.ok().flatten()?;
    Some(Popup {
        window,
        ready: false,
    })
}

/// Hears from the window that it listens.
pub fn listen(driver: Driver) {
    let handle = window_event_listener(ev::message, move |event| {
        let ours = window()
            .location()
            .origin()
            .is_ok_and(|origin| origin == event.origin());
        if !ours || host::text(&event.data(), "type").as_deref() != Some("window-ready") {
            return;
        }
        let Some(source) = event.source() else { return };
        driver.hands.update_value(|hands| {
            if let Some(popup) = &mut hands.popup {
                popup.ready |= host::same(&source, &popup.window);
            }
        });
        hand_over(driver);
    });
    // It listens as long as the page is there.
    std::mem::forget(handle);
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
