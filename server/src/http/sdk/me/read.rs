//! `GET /projects/{id}/sdk/me`

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};

use super::view;
use crate::{
    domain::{configuration::Settings, notes::merged, secret::Secret},
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{
        Result, authenticate,
        get_user::{self, Known},
        notes,
    },
};

/// A state of a moment ago will do, unless the caller says `Cache-Control: no-cache`. Older SDKs send
/// what the app notes of the user along.
pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> std::result::Result<Response, RestError> {
    let project = caller::project(&project_id)?;
    let token = caller::token(&headers)?;
    let mut known = if caller::wants_no_cache(&headers) {
        Arc::new(get_user::run(&state.services, project, &token).await?)
    } else {
        get_user::run_recent(&state.services, project, &token).await?
    };
    state.limits.count(project, &known.user_id)?;
    if let Some(change) = caller::notes(&headers)? {
        known = noted(&state, known, &token, &change).await?;
    }
    Ok(view::answer(&known))
}

/// The state with the notes in it; writes them if they say anything new.
async fn noted(
    state: &AppState,
    known: Arc<Known>,
    token: &Secret,
    change: &Settings,
) -> Result<Arc<Known>> {
    if merged(&known.state.meta, change) == known.state.meta {
        return Ok(known);
    }
    let user = authenticate::check(&state.services, &known.snapshot, token).await?;
    notes::merge(&state.services, &user, change).await?;
    let known = get_user::run(&state.services, user.project, token).await?;
    Ok(Arc::new(known))
}
