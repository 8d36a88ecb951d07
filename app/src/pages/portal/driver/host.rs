//! Messages between the portal and the host page: exact origin and exact window, both ways.

use std::time::Duration;

use js_sys::JSON;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;

use super::{Driver, call::object, wire};
use crate::{contract::ErrorCode, pages::portal::state::Event};

/// The SDK sends the session as soon as it has heard `ready`.
pub const SESSION_WITHIN: Duration = Duration::from_secs(10);

/// What the portal says to the host page.
pub enum Word<'a> {
    Ready,
    /// The credential as JSON.
    Connected(&'a str),
    Disconnected,
    Error(ErrorCode, &'a str),
    Close,
}

/// The window that shows this page in a frame, if one does.
pub fn parent() -> Option<web_sys::Window> {
    let here = window();
    here.parent()
        .ok()
        .flatten()
        .filter(|parent| *parent != here)
}

/// The origin that the address names. It is not checked: only words without content go there, and
/// nothing is taken from it.
pub fn claimed_origin() -> Option<String> {
    let query = window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&query)
        .ok()?
        .get("origin")
}

pub fn say(origin: &str, word: &Word<'_>) {
    let (name, more) = match word {
        Word::Ready => ("ready", vec![]),
        Word::Connected(credential) => ("connected", vec![("credential", plain(credential))]),
        Word::Disconnected => ("disconnected", vec![]),
        Word::Error(code, message) => (
            "error",
            vec![
                ("code", code.as_str().into()),
                ("message", (*message).into()),
            ],
        ),
        Word::Close => ("close", vec![]),
    };
    if let Some(parent) = parent() {
        // It fails only for an origin that is none: nobody is there to be told.
        let _ = parent.post_message(&message(name, &more), origin);
    }
}

/// `{source: "patchbay", type: name, …}`.
pub fn message(name: &str, more: &[(&str, JsValue)]) -> JsValue {
    let mut members = vec![("source", "patchbay".into()), ("type", name.into())];
    members.extend_from_slice(more);
    object(&members)
}

/// The text under that key of a message of ours.
pub fn text(data: &JsValue, key: &str) -> Option<String> {
    let ours = wire::text(data, "source")? == "patchbay";
    ours.then(|| wire::text(data, key)).flatten()
}

/// Whether both are the same object.
pub fn same(one: &JsValue, other: &JsValue) -> bool {
    one == other
}

fn plain(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::NULL)
}

/// Takes the session from the host page, and from nobody else.
pub fn listen(driver: Driver) {
    let Some(parent) = parent() else { return };
    let handle = window_event_listener(ev::message, move |event| {
        let expected = driver
            .hands
            .with_value(|hands| hands.host.as_ref() == Some(&event.origin()));
        let from_parent = event.source().is_some_and(|source| same(&source, &parent));
        if !expected || !from_parent {
            return;
        }
        let data = event.data();
        if text(&data, "type").as_deref() == Some("session")
            && let Some(token) = text(&data, "userToken")
        {
            let account = wire::choice(&wire::get(&data, "account"));
            driver.hands.update_value(|hands| {
                hands.session.user_token = token;
                hands.session.account = account;
            });
            driver.send(Event::SessionArrived);
        }
    });
    // It listens as long as the page is there.
    std::mem::forget(handle);
}
