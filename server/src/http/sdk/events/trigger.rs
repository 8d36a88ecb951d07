//! `POST /projects/{id}/sdk/events/trigger`, also below `/v2`. The event is taken; no workflow listens.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::Error,
};

#[derive(Deserialize)]
pub struct Event {
    name: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Event>, JsonRejection>,
) -> Result<Response, RestError> {
    caller::known(&state, &project_id, &headers).await?;
    let Json(event) = body.map_err(RestError::of_rejection)?;
    if event.name.trim().is_empty() {
        return Err(Error::invalid("name", "An event has a name.").into());
    }
    Ok((StatusCode::CREATED, Json(serde_json::json!({}))).into_response())
}
