//! Patchbay's cookies: an operator's session, the browser that began a flow and its language, and
//! the one that took a link.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::domain::{
    id::{FlowId, LinkId},
    secret::Secret,
};

pub const SESSION: &str = "patchbay_session";
/// The token of a link, then the session of the browser that took it.
pub const LINK: &str = "patchbay_link";
/// The language of the window of a flow, for the page that the provider leads back to.
pub const LANGUAGE: &str = "patchbay_language";
/// Flow cookies go to the callback only.
const FLOW_PATH: &str = "/oauth/callback";

/// The value of a cookie of the request.
pub fn find(headers: &HeaderMap, name: &str) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| Secret::new(value))
}

pub fn flow_name(flow: FlowId) -> String {
    format!("patchbay_flow_{}", flow.0.simple())
}

/// Sets the flow's cookie in the browser that opened it. `Lax`: the provider's redirect is a
/// top-level navigation from another site.
pub fn set_flow(flow: FlowId, value: &Secret, secure: bool) -> HeaderValue {
    build(&flow_name(flow), value.expose(), FLOW_PATH, 600, secure)
}

/// `tag` is one of the portal's languages.
pub fn set_language(tag: &'static str, secure: bool) -> HeaderValue {
    build(LANGUAGE, tag, FLOW_PATH, 600, secure)
}

pub fn clear_flow(flow: FlowId, secure: bool) -> HeaderValue {
    build(&flow_name(flow), "", FLOW_PATH, 0, secure)
}

/// Goes to the pages of this link only. `Lax`: a link is followed from other sites.
pub fn set_link(link: LinkId, value: &Secret, max_age: u64, secure: bool) -> HeaderValue {
    build(
        LINK,
        value.expose(),
        &format!("/link/{link}"),
        max_age,
        secure,
    )
}

pub fn set_session(value: &Secret, max_age: u64, secure: bool) -> HeaderValue {
    build(SESSION, value.expose(), "/", max_age, secure)
}

pub fn clear_session(secure: bool) -> HeaderValue {
    build(SESSION, "", "/", 0, secure)
}

fn build(name: &str, value: &str, path: &str, max_age: u64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{name}={value}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    let mut header = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}
