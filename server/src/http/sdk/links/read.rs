//! `GET /projects/{id}/sdk/links/{linkId}`: what became of a link of the user's.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use super::View;
use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{Error, links},
};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, link_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<View>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let id = link_id.parse().map_err(|_| Error::NotFound("link"))?;
    let link = links::of_user(&state.services, &user, id).await?;
    Ok(Json(View::of(&link, &snapshot, state.services.now())))
}
