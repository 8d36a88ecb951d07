//! The settings of an account: asks the server for them, and the host page for the lists that it has.

use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{
    Driver,
    ask::values_object,
    call::{object, odd},
    host::Word,
    wire::{self, Outcome},
};
use crate::{
    contract::{ApiError, connect::FieldValues},
    pages::portal::{
        state::Event,
        view::settings::{
            self,
            lists::{HostList, Page, Wanted},
        },
    },
    server_fns::connect::{AccountSettingsCall, SaveSettingsCall, SettingChoicesCall},
};

/// How long the host page may take to give a list.
const LIST_WITHIN: Duration = Duration::from_secs(20);

/// Questions to the host page, by number.
#[derive(Default)]
pub struct Asked {
    last: u32,
    waiting: Vec<(u32, Function)>,
}

impl Driver {
    pub async fn account_settings(self, account: String) {
        self.fetch_form();
        let more = [("account", account.into())];
        let answer = self.ask(AccountSettingsCall::PATH, &more).await;
        let result = match answer {
            Ok(value) => self.form_is_here().await.map(|()| wire::settings(&value)),
            Err(error) => Err(error),
        };
        self.send(Event::SettingsKnown(result));
    }

    /// Has the form here sooner. What goes wrong is told when it is needed.
    pub fn fetch_form(self) {
        spawn_local(async move { _ = self.form_is_here().await });
    }

    /// The server has just answered, so the network is not what is at fault.
    async fn form_is_here(self) -> Result<(), ApiError> {
        let form = settings::form().await.map_err(|_| odd())?;
        self.hands
            .try_update_value(|hands| hands.draws_settings = Some(form));
        Ok(())
    }

    pub async fn save_settings(self, account: String, values: FieldValues) {
        let more = [
            ("account", account.into()),
            ("values", values_object(&values)),
        ];
        let result = self.ask(SaveSettingsCall::PATH, &more).await;
        let result = result.and_then(|value| match wire::outcome(&value) {
            Some(Outcome::Connected(connection)) => Ok(connection),
            _ => Err(odd()),
        });
        self.send(Event::SettingsSaved(result));
    }

    /// A page of a list; none where whoever has it did not answer.
    pub async fn list(self, wanted: Wanted) -> Option<Page> {
        let text = |text: String| match text.as_str() {
            "" => JsValue::NULL,
            text => text.into(),
        };
        let facts = [
            ("chosen", text(wanted.chosen)),
            ("search", text(wanted.search)),
            ("cursor", wanted.cursor.into()),
        ];
        if let Some((kind, key)) = wanted.host {
            let answer = self.ask_host(kind, &key, &facts).await;
            return wire::page(&answer);
        }
        let mut part = vec![
            ("setting", wanted.setting.into()),
            ("second", wanted.second.into()),
            ("then", text(wanted.then)),
        ];
        part.extend(facts);
        let account = self.portal.with_untracked(|portal| {
            let account = portal.account.as_ref();
            account.map(|account| account.id.clone())
        });
        let more = [("account", account.into()), ("part", object(&part))];
        let answer = self.ask(SettingChoicesCall::PATH, &more).await;
        wire::page(&answer.ok()?)
    }

    /// The application's fields, and what people may do with them.
    pub async fn host_fields(self, key: String) -> Option<HostList> {
        let answer = self.ask_host("fields", &key, &[]).await;
        wire::host_list(&answer)
    }

    /// `undefined` where the host page does not answer, or there is none.
    async fn ask_host(
        self,
        kind: &'static str,
        key: &str,
        facts: &[(&'static str, JsValue)],
    ) -> JsValue {
        let mut id = 0;
        let promise = Promise::new(&mut |resolve, _| {
            self.hands.update_value(|hands| {
                hands.asked.last += 1;
                id = hands.asked.last;
                hands.asked.waiting.push((id, resolve));
            });
        });
        let mut members = vec![
            ("id", id.into()),
            ("kind", kind.into()),
            ("key", key.into()),
        ];
        members.extend_from_slice(facts);
        self.say(&Word::List(members));
        set_timeout(
            move || self.end_question(id, &JsValue::UNDEFINED),
            LIST_WITHIN,
        );
        JsFuture::from(promise).await.unwrap_or_default()
    }

    pub fn host_answered(self, data: &JsValue) {
        if let Some(id) = wire::get(data, "id").as_f64() {
            // Numbers that were given out here are small and whole.
            self.end_question(id as u32, data);
        }
    }

    fn end_question(self, id: u32, answer: &JsValue) {
        let resolve = self.hands.try_update_value(|hands| {
            let waiting = &mut hands.asked.waiting;
            let place = waiting.iter().position(|(waiting, _)| *waiting == id)?;
            Some(waiting.swap_remove(place).1)
        });
        if let Some(Some(resolve)) = resolve {
            // A promise's own function does not fail.
            let _ = resolve.call1(&JsValue::UNDEFINED, answer);
        }
    }
}
