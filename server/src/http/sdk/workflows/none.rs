//! `POST` and `DELETE /projects/{id}/sdk/workflows/{workflowId}`, which switch a workflow on and off, and
//! `POST /projects/{id}/sdk/triggers/{workflowId}`, which runs one.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};

use crate::http::{AppState, error::RestError, sdk::caller};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, _workflow_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> RestError {
    caller::no_such(&state, &project_id, &headers, "workflow").await
}
