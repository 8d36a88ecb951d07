//! Calls the server functions of the portal by their own paths, and reads the answers as plain
//! JavaScript values. The generated clients carry a JSON parser and its types into the browser,
//! a quarter of the portal's download; the browser has a parser of its own. `wire` reads the values.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::wire;
use crate::contract::{ApiError, ErrorCode};

/// Posts `body` as JSON and gives the answer, or the server's error.
pub async fn call(path: &str, body: &JsValue) -> Result<JsValue, ApiError> {
    let response = send(path, body).await.map_err(|_| unreachable())?;
    let ok = wire::get(&response, "ok").is_truthy();
    let json = method(&response, "json", &[]).map_err(|_| odd())?;
    let answer = JsFuture::from(json).await.map_err(|_| odd())?;
    if ok {
        Ok(answer)
    } else {
        Err(wire::error(&answer).unwrap_or_else(odd))
    }
}

async fn send(path: &str, body: &JsValue) -> Result<JsValue, JsValue> {
    let headers = object(&[
        ("Content-Type", "application/json".into()),
        ("Accept", "application/json".into()),
    ]);
    let init = object(&[
        ("method", "POST".into()),
        ("headers", headers),
        ("body", JSON::stringify(body)?.into()),
    ]);
    JsFuture::from(method(&window(), "fetch", &[path.into(), init])?).await
}

/// Calls a method that gives a promise.
fn method(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<Promise, JsValue> {
    let function: Function = Reflect::get(target, &name.into())?.dyn_into()?;
    let arguments = arguments.iter().collect();
    function.apply(target, &arguments)?.dyn_into()
}

/// A plain object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in members {
        // A fresh plain object takes every key.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

fn unreachable() -> ApiError {
    ApiError::new(
        ErrorCode::Unavailable,
        "Check your network connection, then try again.",
    )
}

pub fn odd() -> ApiError {
    ApiError::new(
        ErrorCode::Internal,
        "Something went wrong on our side. Try again in a moment.",
    )
}
