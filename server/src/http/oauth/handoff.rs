//! The page that a window of an SDK goes to. It goes on to the provider when the page behind the
//! window is of an allowed origin and has the very user signed in that the flow is for, or when the
//! person confirms having read who connects what.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::window::Begin;
use crate::{
    domain::id::FlowId,
    http::{AppState, error::RestError, html::Page, same_origin},
    use_cases::{Error, connect},
};

/// `GET /connect/handoff#{flow}.{ticket}`
pub async fn page() -> Page<'static> {
    Page {
        status: StatusCode::OK,
        title: "Connecting",
        body: "<div id=\"going\"><h1>Connecting</h1>\
               <p id=\"status\" role=\"status\">Taking you to the provider.</p></div>\
               <form id=\"confirm\" hidden><h1>Connect your <span data-is=\"provider\"></span> account?</h1>\
               <p><strong data-is=\"app\"></strong> will be able to use it for \
               <strong data-is=\"user\"></strong>.</p>\
               <p>Go on only if that is you, and you began this in <span data-is=\"app\"></span> yourself. \
               If somebody sent you here, close this window.</p>\
               <p class=\"actions\"><button type=\"button\" id=\"leave\">Cancel</button>\
               <button value=\"allow\">Continue</button></p></form>\
               <noscript><p role=\"alert\">This window needs JavaScript to go on.</p></noscript>",
        script: Some("handoff.js"),
        form_action: "",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    provider: String,
    app: String,
    user_id: String,
    user_name: Option<String>,
    origin: String,
    return_url: Option<String>,
}

/// `POST /connect/handoff/describe`: who is about to connect what.
pub async fn describe(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Result<Json<Begin>, JsonRejection>,
) -> Result<Response, RestError> {
    if let Err(refusal) = same_origin::check(&headers, &state.services.public_url) {
        return Ok((StatusCode::FORBIDDEN, Json(refusal)).into_response());
    }
    let Json(begin) = body.map_err(RestError::of_rejection)?;
    let id: FlowId = begin.flow_id.parse().map_err(|_| Error::NotFound("flow"))?;
    let described = connect::sdk::describe(&state.services, id, &begin.ticket).await?;
    Ok(Json(Described {
        provider: described.provider,
        app: described.app,
        user_id: described.user_id,
        user_name: described.user_name,
        origin: described.origin,
        return_url: described.return_url,
    })
    .into_response())
}
