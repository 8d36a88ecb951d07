//! `POST /projects/{id}/sdk/actions`: the choices of one source. No definition names sources.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{Error, Result},
};

#[derive(Deserialize)]
pub struct Load {
    /// An integration's type.
    action: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: std::result::Result<Json<Load>, JsonRejection>,
) -> RestError {
    match refusal(&state, &project_id, &headers, body).await {
        Ok(error) => error.into(),
        Err(error) => error,
    }
}

async fn refusal(
    state: &AppState,
    project_id: &str,
    headers: &HeaderMap,
    body: std::result::Result<Json<Load>, JsonRejection>,
) -> std::result::Result<Error, RestError> {
    let (_, snapshot) = caller::known(state, project_id, headers).await?;
    let Json(load) = body.map_err(RestError::of_rejection)?;
    let found: Result<_> = snapshot.usable(&load.action);
    Ok(found.err().unwrap_or(Error::NotFound("data source")))
}
