//! Over the page, Escape leaves and Tab stays inside the card. As a part of it neither is the
//! portal's.

use leptos::{ev, prelude::*, web_sys};
use wasm_bindgen::JsCast;

use super::Driver;
use crate::pages::portal::{layout::Layout, state::Event};

const STOPS: &str = "main :is(a[href], button:not(:disabled), input:not(:disabled))";

pub fn listen(driver: Driver) {
    if Layout::current() == Layout::Inline {
        return;
    }
    let handle = window_event_listener(ev::keydown, move |event| match event.key().as_str() {
        // While an input method composes, Escape is its own.
        "Escape" if !event.is_composing() => driver.send(Event::ClosePressed),
        // A page by itself has nothing behind it that the focus could get lost in.
        "Tab" if driver.portal.with_untracked(|portal| !portal.hosted) => wrap(&event),
        _ => {}
    });
    // It listens as long as the page is there.
    std::mem::forget(handle);
}

/// From the last stop to the first, and back.
fn wrap(event: &web_sys::KeyboardEvent) {
    let Ok(stops) = document().query_selector_all(STOPS) else {
        return;
    };
    let at = |index: u32| stops.item(index)?.dyn_into::<web_sys::HtmlElement>().ok();
    let (first, last) = (at(0), at(stops.length().saturating_sub(1)));
    let (from, to) = if event.shift_key() {
        (first, last)
    } else {
        (last, first)
    };
    let (Some(from), Some(to)) = (from, to) else {
        return;
    };
    let active = document().active_element();
    if active.is_some_and(|active| active == *from) && to.focus().is_ok() {
        event.prevent_default();
    }
}
