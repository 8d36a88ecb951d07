//! `GET /projects/{id}/events`: what became of connections.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{
    http::{AppState, error::RestError},
    use_cases::events::{self, Message},
};

#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
    limit: Option<String>,
}

#[derive(Serialize)]
pub struct View {
    events: Vec<Message>,
    /// What to send as `after` next, also where there was nothing.
    next: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    let backend = super::caller(&state, &project_id, &headers).await?;
    let right = backend.events_reader()?;
    let (after, limit) = (wanted.after.as_deref(), wanted.limit.as_deref());
    let page = events::page(&state.services, &right, after, limit).await?;
    let view = View {
        events: page.events,
        next: page.next,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}
