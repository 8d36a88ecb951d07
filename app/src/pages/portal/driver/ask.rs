//! The portal's questions to the server.

use js_sys::JsString;
use leptos::{prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsValue;

use super::{
    Driver,
    call::{call, object, odd},
    wire::{self, Outcome},
};
use crate::{
    contract::{ApiError, ErrorCode, connect::FieldValues},
    pages::portal::state::{Event, Progress, Target},
    server_fns::{
        authenticate::AuthenticateCall,
        connect::{
            CancelFlowCall, CompleteSetupCall, ConnectCall, DisconnectCall, FlowStatusCall,
            SetupQuestionsCall,
        },
    },
};

impl Driver {
    pub async fn authenticate(self) {
        let token = self.session().user_token;
        let result = self
            .ask_once(Target::Meant, AuthenticateCall::PATH, &[])
            .await;
        let newer = match &result {
            Err(error) if error.code == ErrorCode::TokenInvalid => self.renewed(&token).await,
            _ => self.session().user_token != token,
        };
        if newer {
            // It is being asked about.
            return;
        }
        match result {
            Ok(user) => self.know(&user),
            Err(error) => self.send(Event::UserRefused(error)),
        }
    }

    /// Takes a `UserState` in.
    pub(super) fn know(self, user: &JsValue) {
        let (integration, choice) = self.hands.with_value(|hands| {
            (
                hands.integration_type.clone(),
                hands.session.account.clone(),
            )
        });
        self.send(Event::UserKnown {
            accounts: wire::accounts(user, &integration, &choice),
            more: choice.allow_multiple_credentials,
        });
    }

    pub async fn connect(self, attempt: u32, method: String, target: Target, values: FieldValues) {
        let (leaves, configures) = self
            .portal
            .with_untracked(|portal| (portal.leaves(), portal.configures));
        if configures {
            self.fetch_form();
        }
        let page = self.hands.with_value(|hands| hands.page.clone());
        let more = [
            self.integration(),
            ("method", method.into()),
            ("values", values_object(&values)),
            ("return_url", page.filter(|_| leaves).into()),
        ];
        let result = self.ask_about(target, ConnectCall::PATH, &more).await;
        self.send(
            match result.and_then(|value| wire::outcome(&value).ok_or_else(odd)) {
                Ok(Outcome::Window { flow_id, ticket }) => Event::FlowBegun {
                    attempt,
                    flow_id,
                    ticket,
                },
                Ok(Outcome::Connected(connection)) => Event::KeyAccepted(connection),
                Err(error) => Event::ConnectRefused { attempt, error },
            },
        );
    }

    pub async fn questions(self, account: String) {
        let more = [("account", account.into())];
        let result = self.ask(SetupQuestionsCall::PATH, &more).await;
        self.send(Event::QuestionsKnown(
            result.map(|value| wire::questions(&value)),
        ));
    }

    pub async fn complete(self, attempt: u32, account: String, values: FieldValues) {
        let more = [
            ("account", account.into()),
            ("values", values_object(&values)),
        ];
        let result = self.ask(CompleteSetupCall::PATH, &more).await;
        self.send(
            match result.and_then(|value| wire::outcome(&value).ok_or_else(odd)) {
                Ok(Outcome::Connected(connection)) => Event::KeyAccepted(connection),
                Ok(Outcome::Window { .. }) => Event::ConnectRefused {
                    attempt,
                    error: odd(),
                },
                Err(error) => Event::ConnectRefused { attempt, error },
            },
        );
    }

    pub async fn flow_status(self, flow_id: &str) -> Result<Progress, ApiError> {
        let value = self
            .ask(FlowStatusCall::PATH, &[("flow_id", flow_id.into())])
            .await?;
        wire::progress(&value).ok_or_else(odd)
    }

    /// A flow that cannot be cancelled runs out by itself.
    pub async fn cancel(self, flow_id: String) {
        let _ = self
            .ask(CancelFlowCall::PATH, &[("flow_id", flow_id.into())])
            .await;
    }

    pub async fn disconnect(self, account: String) {
        let target = Target::One(account);
        let more = [self.integration()];
        let result = self.ask_about(target, DisconnectCall::PATH, &more).await;
        let result = result.and_then(|value| wire::revocation(&value).ok_or_else(odd));
        self.send(Event::DisconnectDone(result));
    }

    fn integration(self) -> (&'static str, JsValue) {
        let integration = self
            .hands
            .with_value(|hands| JsString::from(hands.integration_type.as_str()));
        ("integration_type", integration.into())
    }

    pub(super) async fn ask(
        self,
        path: &str,
        more: &[(&str, JsValue)],
    ) -> Result<JsValue, ApiError> {
        self.ask_about(Target::Meant, path, more).await
    }

    /// A question that fails for a token that is over is asked once more with a new one.
    async fn ask_about(
        self,
        target: Target,
        path: &str,
        more: &[(&str, JsValue)],
    ) -> Result<JsValue, ApiError> {
        let token = self.session().user_token;
        let answer = self.ask_once(target.clone(), path, more).await;
        match &answer {
            Err(error) if error.code == ErrorCode::TokenInvalid && self.renewed(&token).await => {
                self.ask_once(target, path, more).await
            }
            _ => answer,
        }
    }

    /// Every question names the session.
    async fn ask_once(
        self,
        target: Target,
        path: &str,
        more: &[(&str, JsValue)],
    ) -> Result<JsValue, ApiError> {
        let session = self.session();
        let session = object(&[
            ("projectId", session.project_id.into()),
            ("userToken", session.user_token.into()),
            (
                "account",
                wire::choice_value(target.choice(session.account)),
            ),
        ]);
        let mut members = vec![("session", session)];
        members.extend_from_slice(more);
        let answer = call(path, &object(&members)).await;
        if answer.is_ok() {
            self.hands.update_value(|hands| hands.unproven = false);
        }
        answer
    }
}

pub(super) fn values_object(values: &FieldValues) -> JsValue {
    let values: Vec<_> = values
        .0
        .iter()
        .map(|(name, value)| (name.as_str(), value.into()))
        .collect();
    object(&values)
}
