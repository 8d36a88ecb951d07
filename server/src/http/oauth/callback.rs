//! `GET /oauth/callback/{integrationId}`: the provider sends the person back.

#[cfg(any(test, fuzzing))]
pub mod fuzz;

use std::collections::BTreeMap;

use app::pages::portal::language::Language;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

use crate::{
    domain::{flow::Reply, secret::Secret},
    http::{
        AppState, cookies,
        error::public,
        html::{Page, escape, words},
        oauth::small,
    },
    use_cases::{
        Error,
        connect::{
            finish::{self, Callback, Failed, Finished},
            open::is_link,
            why::Why,
        },
    },
};

/// The answer says what happened; the portal reads it from the flow. Who left a page of the host for
/// the provider is sent back there. The flow's cookie is left to
/// its ten minutes: the flow is used, so it opens nothing.
pub async fn handler(
    State(state): State<AppState>,
    Path(integration_id): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let outcome = match callback(&integration_id, parameters) {
        Some(callback) => {
            finish::run(&state.services, callback, |flow| {
                cookies::find(&headers, &cookies::flow_name(flow))
            })
            .await
        }
        None => Err(not_ours()),
    };
    let language = small::language_after(&headers);
    match outcome {
        Ok(finished) => connected(&finished, language),
        // The page of a link says by itself what came of it.
        Err(Failed {
            return_url: Some(url),
            ..
        }) if is_link(&state.services, &url) => Redirect::to(&url).into_response(),
        Err(failed) => not_connected(&failed, &integration_id, language),
    }
}

/// What the provider says; none where it is not an answer to a flow of ours.
fn callback(integration_id: &str, parameters: Vec<(String, String)>) -> Option<Callback> {
    let mut map = BTreeMap::new();
    for (name, value) in parameters {
        // A parameter that comes twice is an altered answer (RFC 6749 §3.1).
        if map.insert(name, value).is_some() {
            return None;
        }
    }
    let state = map
        .remove("state")
        .filter(|state| !state.is_empty())
        .map(Secret::new)?;
    Some(Callback {
        integration: integration_id.parse().ok()?,
        state,
        code: map
            .remove("code")
            .filter(|code| !code.is_empty())
            .map(Secret::new),
        error: map.remove("error"),
        error_description: map.remove("error_description"),
        iss: map.remove("iss"),
        parameters: map,
    })
}

fn not_ours() -> Failed {
    let error = Error::FlowEnded(
        "This link is not one of ours, or it was changed on its way. Start again from the app."
            .to_owned(),
    );
    Failed {
        why: Why::NotOurs,
        ..error.into()
    }
}

fn connected(finished: &Finished, language: Language) -> Response {
    if let Some(url) = &finished.return_url {
        return Redirect::to(url).into_response();
    }
    let told = finished.reply.as_ref().filter(|reply| reply.success);
    let message = json!({
        "type": "oauth_success_callback",
        "credential": {
            "integrationId": finished.integration.to_string(),
            "payload": { "credentialId": finished.connection.to_string() },
        },
    });
    let say = language.small();
    let title = say.connected_title(&finished.name);
    let body = format!(
        "<h1>{}</h1><p>{}</p>{}",
        words(&title),
        escape(say.connected_text),
        told.map_or_else(String::new, |reply| telling(reply, &message)),
    );
    Page {
        status: StatusCode::OK,
        language,
        title: &title.plain(),
        body: &body,
        script: Some("done.js"),
    }
    .into_response()
}

fn not_connected(failed: &Failed, integration_id: &str, language: Language) -> Response {
    let error = public(&failed.error);
    let message = json!({
        "type": "oauth_error_callback",
        "error": error.message,
        "errorResponse": error.message,
        "integrationId": integration_id,
    });
    let told = failed.reply.as_ref();
    let say = language.small();
    let more = format!(
        "<p>{}</p>{}",
        failed.return_url.as_ref().map_or_else(
            || escape(say.close_window),
            |url| format!(
                "<a href=\"{}\">{}</a>",
                escape(url),
                escape(say.back_to_app)
            )
        ),
        told.map_or_else(String::new, |reply| telling(reply, &message)),
    );
    let said = small::sentence(&failed.why, failed.name.as_deref(), language);
    let script = told.map(|_| "done.js");
    small::not_connected(error.code.status(), &said, &more, script, language)
}

/// What the page says to the one that opened it, and to which origin.
fn telling(reply: &Reply, message: &Value) -> String {
    format!(
        "<span id=\"reply\" hidden data-origin=\"{}\" data-message=\"{}\"></span>",
        escape(&reply.origin),
        escape(&message.to_string())
    )
}
