//! `POST /projects/{id}/sdk/resources/{resourceId}/connect`. A project has no resources.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::Error,
};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, _resource_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> RestError {
    match caller::known(&state, &project_id, &headers).await {
        Ok(_) => Error::NotFound("resource").into(),
        Err(error) => error.into(),
    }
}
