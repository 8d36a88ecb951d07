//! The window before it goes to the provider. It takes its ticket from its opener, a page of
//! Patchbay's own origin, and from nobody else: a link sent to another person leads nowhere.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{id::FlowId, secret::Secret},
    http::{AppState, cookies, error::RestError, html::Page, same_origin},
    use_cases::{Error, connect},
};

/// `GET /connect/window`
pub async fn page() -> Page<'static> {
    Page {
        status: StatusCode::OK,
        title: "Connecting",
        body: "<h1>Connecting</h1>\
               <p id=\"status\" role=\"status\">Taking you to the provider.</p>\
               <p id=\"stuck\" hidden>This window was not opened by the app. Close it and start again from the app.</p>\
               <noscript><p role=\"alert\">This window needs JavaScript to go on.</p></noscript>",
        script: Some("window.js"),
        form_action: "",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Begin {
    pub flow_id: String,
    pub ticket: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    redirect_url: String,
}

/// `POST /connect/window/begin`: the flow is this browser's from here on.
pub async fn begin(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Json<Begin>, JsonRejection>,
) -> Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let Json(begin) = body.map_err(RestError::of_rejection)?;
    let id: FlowId = begin.flow_id.parse().map_err(|_| Error::NotFound("flow"))?;
    let opened = connect::open::run(&state.services, id, &begin.ticket).await?;
    let cookie = cookies::set_flow(id, &opened.cookie, state.secure());
    let begun = Begun {
        redirect_url: opened.authorization_url.into(),
    };
    Ok(([(header::SET_COOKIE, cookie)], Json(begun)).into_response())
}
