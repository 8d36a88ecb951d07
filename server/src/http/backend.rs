//! Routes of a project's back end: callers carry an API key.

pub mod events;

use axum::http::HeaderMap;

use super::{AppState, sdk::caller, table::Table};
use crate::{
    access::Backend,
    use_cases::{Error, Result, api_keys},
};

pub fn table() -> Table {
    Table::default().get("/projects/{project_id}/events", events::handler)
}

/// The back end of the key in the header (RFC 6750 §2.1).
async fn caller(state: &AppState, project_id: &str, headers: &HeaderMap) -> Result<Backend> {
    let key = caller::token(headers).map_err(|_| Error::ApiKeyInvalid)?;
    let project = caller::project(project_id)?;
    let backend = api_keys::authenticate(&state.services, project, &key).await?;
    state.limits.count_project(project)?;
    Ok(backend)
}
