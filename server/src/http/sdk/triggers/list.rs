//! `GET /projects/{id}/triggers?integrations=`

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Serialize;

use crate::http::{AppState, error::RestError, sdk::caller};

/// By integration. No definition names triggers.
#[derive(Serialize)]
pub struct Triggers {
    triggers: BTreeMap<String, [(); 0]>,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Triggers>, RestError> {
    caller::known(&state, &project_id, &headers).await?;
    Ok(Json(Triggers {
        triggers: BTreeMap::new(),
    }))
}
