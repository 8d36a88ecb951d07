//! Messages between the portal and the host page: exact origin and exact window, both ways.

use std::time::Duration;

use js_sys::JSON;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{Driver, call::object, wire};
use crate::{contract::ErrorCode, pages::portal::state::Event};

/// The SDK sends the session as soon as it has heard `ready`.
pub const SESSION_WITHIN: Duration = Duration::from_secs(10);

/// What the portal says to the host page.
pub enum Word<'a> {
    /// The credential as JSON.
    Connected(&'a str),
    /// The credential as JSON.
    Configured(&'a str),
    /// A list of the host's is wanted: these are its facts.
    List(Vec<(&'static str, JsValue)>),
    Disconnected,
    Error(ErrorCode, &'a str),
    /// The user token is over; a new one is needed.
    Token,
    /// The host page shall go to this path of Patchbay's.
    Redirect(&'a str),
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
        Word::Connected(credential) => ("connected", vec![("credential", plain(credential))]),
        Word::Configured(credential) => ("configured", vec![("credential", plain(credential))]),
        Word::List(facts) => ("list", facts.clone()),
        Word::Disconnected => ("disconnected", vec![]),
        Word::Error(code, message) => (
            "error",
            vec![
                ("code", code.as_str().into()),
                ("message", (*message).into()),
            ],
        ),
        Word::Token => ("token", vec![]),
        Word::Redirect(path) => ("redirect", vec![("path", (*path).into())]),
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

/// Takes what the host page says. False for a message that is not the host page's.
pub fn hear(driver: Driver, event: &web_sys::MessageEvent) -> bool {
    let expected = driver
        .hands
        .with_value(|hands| hands.host.as_ref() == Some(&event.origin()));
    let from_parent = parent()
        .zip(event.source())
        .is_some_and(|(parent, source)| same(&source, &parent));
    if !expected || !from_parent {
        return false;
    }
    let data = event.data();
    match text(&data, "type").as_deref() {
        Some("session") if keep_session(driver, &data) => driver.send(Event::SessionArrived),
        Some("no-token") => driver.end_renewal(),
        Some("list") => driver.host_answered(&data),
        _ => {}
    }
    true
}

/// Takes a session that has arrived. False where the message holds none.
pub fn keep_session(driver: Driver, data: &JsValue) -> bool {
    let Some(token) = text(data, "userToken") else {
        return false;
    };
    let page = text(data, "page");
    let can_leave = page.is_some();
    driver.hands.update_value(|hands| {
        hands.session.user_token = token;
        hands.session.account = wire::choice(&wire::get(data, "account"));
        hands.renews = wire::get(data, "renews").is_truthy();
        hands.unproven = hands.renewal.is_some();
        hands.page = page;
    });
    driver.end_renewal();
    if can_leave {
        driver.send(Event::CanLeave);
    }
    true
}
