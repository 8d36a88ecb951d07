//! Takes over from the script that did the portal's work until now (see `document`).

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    Driver, host,
    popup::{self, Popup},
    wire,
};
use crate::{contract::connect::Ticket, pages::portal::state::Event};

/// Goes on where the script stands: with the session that it heard, the accounts that it learned of,
/// and the flow that it follows.
pub fn take_over(driver: Driver) {
    let early = wire::get(&window(), "patchbayEarly");
    let Some(stop) = get(&early, "stop").and_then(|stop| stop.dyn_into::<Function>().ok()) else {
        return;
    };
    // It only removes listeners.
    let _ = stop.call0(&early);
    let session = wire::get(&early, "session");
    if !host::keep_session(driver, &session) {
        return;
    }
    let Some(user) = get(&early, "user") else {
        driver.send(Event::SessionArrived);
        return;
    };
    driver.know(&user);
    if let Some(id) = wire::text(&early, "account") {
        driver.send(Event::AccountMeant(id));
    }
    if wire::get(&early, "saved").is_truthy() {
        driver.portal.update(|portal| portal.saved = true);
    }
    if let Some(flow_id) = wire::text(&early, "flow") {
        driver.hands.update_value(|hands| {
            let ticket = wire::text(&early, "ticket");
            hands.begin = ticket.map(|ticket| (flow_id.clone(), Ticket(ticket)));
            hands.tab = wire::get(&early, "tab").is_truthy();
            hands.popup = get(&early, "popup").map(|popup| Popup {
                window: popup.unchecked_into(),
                ready: wire::get(&early, "ready").is_truthy(),
            });
        });
        let method = wire::text(&early, "method");
        driver.send(Event::FlowFound { flow_id, method });
        popup::hand_over(driver);
    }
}

fn get(target: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(target, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
