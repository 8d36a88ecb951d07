//! `GET /oauth/callback/{integrationId}`: the provider sends the person back.

use std::collections::BTreeMap;

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
        html::{Page, escape},
    },
    use_cases::{
        Error, Result,
        connect::finish::{self, Callback, Failed, Finished},
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
        Ok(callback) => {
            finish::run(&state.services, callback, |flow| {
                cookies::find(&headers, &cookies::flow_name(flow))
            })
            .await
        }
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(finished) => connected(&finished),
        Err(failed) => not_connected(&failed, &integration_id),
    }
}

fn callback(integration_id: &str, parameters: Vec<(String, String)>) -> Result<Callback> {
    let mut map = BTreeMap::new();
    for (name, value) in parameters {
        // A parameter that comes twice is an altered answer (RFC 6749 §3.1).
        if map.insert(name, value).is_some() {
            return Err(not_ours());
        }
    }
    let state = map
        .remove("state")
        .filter(|state| !state.is_empty())
        .map(Secret::new)
        .ok_or_else(not_ours)?;
    Ok(Callback {
        integration: integration_id.parse().map_err(|_| not_ours())?,
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

fn not_ours() -> Error {
    Error::FlowEnded(
        "This link is not one of ours, or it was changed on its way. Start again from the app."
            .to_owned(),
    )
}

fn connected(finished: &Finished) -> Response {
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
    let body = format!(
        "<h1>{} is connected</h1><p>You can close this window and go back to the app.</p>{}",
        escape(&finished.name),
        told.map_or_else(String::new, |reply| telling(reply, &message)),
    );
    Page {
        status: StatusCode::OK,
        title: "Connected",
        body: &body,
        script: Some("done.js"),
        form_action: "",
    }
    .into_response()
}

fn not_connected(failed: &Failed, integration_id: &str) -> Response {
    let error = public(&failed.error);
    let message = json!({
        "type": "oauth_error_callback",
        "error": error.message,
        "errorResponse": error.message,
        "integrationId": integration_id,
    });
    let told = failed.reply.as_ref();
    let body = format!(
        "<h1>Not connected</h1><p role=\"alert\">{}</p><p>{}</p>{}",
        escape(&error.message),
        failed.return_url.as_ref().map_or_else(
            || "You can close this window.".to_owned(),
            |url| format!("<a href=\"{}\">Back to the app</a>", escape(url))
        ),
        told.map_or_else(String::new, |reply| telling(reply, &message)),
    );
    Page {
        status: StatusCode::from_u16(error.code.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        title: "Not connected",
        body: &body,
        script: told.map(|_| "done.js"),
        form_action: "",
    }
    .into_response()
}

/// What the page says to the one that opened it, and to which origin.
fn telling(reply: &Reply, message: &Value) -> String {
    format!(
        "<span id=\"reply\" hidden data-origin=\"{}\" data-message=\"{}\"></span>",
        escape(&reply.origin),
        escape(&message.to_string())
    )
}
