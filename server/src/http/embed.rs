//! `GET /ui` without an integration: what an SDK of the embed protocol keeps in its frame, and the
//! question whether a page may have it there.

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

use super::{AppState, sdk::caller, ui};
use crate::use_cases::{origins, snapshot};

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><title>Connect</title>\
<link rel=\"stylesheet\" href=\"/static/embed.css\">\
<script type=\"module\" src=\"/static/embed.js\"></script></head><body></body></html>";

/// Holds nothing and shows nothing by itself, so any page may have it until a project is named. The
/// portal inside says for itself which pages may stand around it.
pub fn page(ancestors: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    let mut headers = HeaderMap::new();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.extend(ui::isolation());
    (headers, Html(PAGE)).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    project_id: String,
    origin: String,
}

/// `GET /ui/allows`: 204 when a page of the origin may embed the project's portal, 403 when not.
pub async fn allows(State(state): State<AppState>, Query(question): Query<Question>) -> StatusCode {
    let Ok(project) = caller::project(&question.project_id) else {
        return StatusCode::FORBIDDEN;
    };
    let Ok(snapshot) = snapshot::fresh(&state.services, project).await else {
        return StatusCode::FORBIDDEN;
    };
    match origins::check(&snapshot, &question.origin) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::FORBIDDEN,
    }
}
