//! `PATCH /projects/{id}/sdk/me`: what the app notes of the user.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;

use super::view;
use crate::{
    domain::configuration::Settings,
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{get_user, notes},
};

#[derive(Deserialize)]
pub struct Update {
    /// Laid over what is there; null takes a name away.
    meta: Settings,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Update>, JsonRejection>,
) -> Result<Response, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(update) = body.map_err(RestError::of_rejection)?;
    notes::merge(&state.services, &user, &update.meta).await?;
    let known = get_user::of_user(&state.services, &snapshot, &user).await?;
    Ok(view::of_state(user.project, &known))
}
