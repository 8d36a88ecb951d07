//! `GET /projects/{id}/sdk/integrations`

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use super::row::{Row, row};
use crate::http::{AppState, error::RestError, sdk::caller};

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Vec<Row>>, RestError> {
    let (_, snapshot) = caller::known(&state, &project_id, &headers).await?;
    Ok(Json(
        snapshot
            .integrations
            .iter()
            .map(|set_up| row(&state, set_up))
            .collect(),
    ))
}
