//! `GET /projects/{id}/sdk/actions/oauth-nonce`: the window's first page, in newer versions of the
//! embed protocol's SDK. It tells its opener that it is there, and is sent on.
//!
//! The user token in its address is not looked at: whoever loads this page proves nothing by it.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    http::{
        AppState,
        html::{Page, escape},
        sdk::caller,
    },
    use_cases::snapshot,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default)]
    integration_id: String,
    #[serde(default)]
    origin_for_post_message: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let origin = parameters.origin_for_post_message;
    let snapshot = match caller::project(&project_id) {
        Ok(project) => snapshot::fresh(&state.services, project).await.ok(),
        Err(_) => None,
    };
    let name = snapshot.as_ref().and_then(|snapshot| {
        let set_up = snapshot.find_by_id(parameters.integration_id.parse().ok()?)?;
        Some(format!(" {}", escape(&set_up.definition.name)))
    });
    let name = name.unwrap_or_default();
    let allowed = snapshot.is_some_and(|snapshot| snapshot.allows_origin(&origin));
    let (status, body) = if allowed {
        let body = format!(
            "<h1>Connecting{name}</h1><p role=\"status\" id=\"status\" data-opener=\"{}\">\
             Taking you to the provider. If nothing happens, close this window and try again from \
             the app.</p>",
            escape(&origin)
        );
        (StatusCode::OK, body)
    } else {
        let body = "<h1>Not connected</h1><p role=\"alert\">The page that opened this window is not \
                    among the project's allowed origins. Close it and ask the people who run the \
                    app.</p>";
        (StatusCode::FORBIDDEN, body.to_owned())
    };
    Page {
        status,
        title: "Connecting",
        body: &body,
        script: Some("query.js"),
        form_action: "",
    }
    .into_response()
}
