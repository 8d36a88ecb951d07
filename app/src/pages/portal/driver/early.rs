//! Takes over from the script that kept the page usable until now (see `document`).

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{Driver, popup::Popup};
use crate::{contract::connect::FieldValues, pages::portal::state::Event};

/// Does what was pressed before the page was hydrated.
pub fn take_over(driver: Driver) {
    let Some(early) = get(&window(), "patchbayEarly") else {
        return;
    };
    if let Some(stop) = get(&early, "stop").and_then(|stop| stop.dyn_into::<Function>().ok()) {
        // It only removes listeners.
        let _ = stop.call0(&early);
    }
    let truthy = |key| get(&early, key).is_some_and(|value| value.is_truthy());
    if truthy("pressed") {
        let opened = get(&early, "popup").map(|popup| Popup {
            window: popup.unchecked_into(),
            ready: truthy("ready"),
        });
        driver.hands.update_value(|hands| hands.early = opened);
        driver.send(Event::ConnectPressed(FieldValues::default()));
    }
}

fn get(target: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(target, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
