//! `GET /projects/{id}/sdk/metadata`

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Serialize;

use crate::http::{AppState, error::RestError, sdk::caller};

/// An integration that can be connected.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    #[serde(rename = "type")]
    integration_type: String,
    name: String,
    brand_color: String,
    /// Absolute; SVG.
    icon: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Vec<Metadata>>, RestError> {
    let (_, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let usable = snapshot
        .integrations
        .iter()
        .filter(|set_up| set_up.usable().is_ok());
    let metadata = usable.map(|set_up| Metadata {
        integration_type: set_up.integration.integration_type.clone(),
        name: set_up.definition.name.clone(),
        brand_color: set_up.definition.shown_color().to_owned(),
        icon: state.services.url(&format!(
            "/integrations/{}.svg",
            set_up.integration.integration_type
        )),
    });
    Ok(Json(metadata.collect()))
}
