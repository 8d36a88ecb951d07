//! `GET /projects/{id}/sdk/integrations`

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Serialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{authenticate, snapshot::SetUp},
};

/// An integration as the embed protocol tells it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    id: String,
    #[serde(rename = "type")]
    integration_type: String,
    name: String,
    brand_color: Option<String>,
    /// Active, and with everything it needs.
    is_active: bool,
    authentication_type: &'static str,
    need_pre_oauth_inputs: bool,
    logo: Option<String>,
    /// Why it cannot be connected now; what the SDK's warning says.
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive_reason: Option<String>,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Vec<Row>>, RestError> {
    let project = caller::project(&project_id)?;
    let (_, snapshot) =
        authenticate::run(&state.services, project, &caller::token(&headers)?).await?;
    Ok(Json(
        snapshot
            .integrations
            .iter()
            .map(|set_up| row(&state, set_up))
            .collect(),
    ))
}

fn row(state: &AppState, set_up: &SetUp) -> Row {
    let definition = &set_up.definition;
    let usable = set_up.usable();
    Row {
        id: set_up.integration.id.to_string(),
        integration_type: set_up.integration.integration_type.clone(),
        name: definition.name.clone(),
        brand_color: definition.color.clone(),
        is_active: usable.is_ok(),
        authentication_type: if definition.default_auth().kind.oauth2().is_some() {
            "oauth"
        } else {
            "basic"
        },
        need_pre_oauth_inputs: !definition.inputs.is_empty(),
        logo: state.services.definitions.logo_path(&definition.slug),
        inactive_reason: usable.err(),
    }
}
