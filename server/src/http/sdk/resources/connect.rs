//! `POST /projects/{id}/sdk/resources/{resourceId}/connect`. A project has no resources.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};

use crate::http::{AppState, error::RestError, sdk::caller};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, _resource_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> RestError {
    caller::no_such(&state, &project_id, &headers, "resource").await
}
