//! Every message that arrives. One that claims to be for the portal, and is neither the host page's
//! nor the window's, is ignored and counted.

use js_sys::Reflect;
use leptos::{ev, prelude::*};

use super::{Driver, host, popup, wire};

/// Where the count can be read.
const IGNORED: &str = "patchbayIgnoredMessages";

pub fn listen(driver: Driver) {
    let handle = window_event_listener(ev::message, move |event| {
        let claims = host::text(&event.data(), "type").is_some();
        if claims && !host::hear(driver, &event) && !popup::hear(driver, &event) {
            ignore(&event.origin());
        }
    });
    // It listens as long as the page is there.
    std::mem::forget(handle);
}

fn ignore(origin: &str) {
    let before = wire::get(&window(), IGNORED).as_f64().unwrap_or(0.0);
    // A window takes every property.
    let _ = Reflect::set(&window(), &IGNORED.into(), &(before + 1.0).into());
    if before == 0.0 {
        let text =
            format!("[patchbay] A message from {origin} was ignored: it is not the host page's.");
        web_sys::console::debug_1(&text.into());
    }
}
