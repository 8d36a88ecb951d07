//! `DELETE /projects/{id}/sdk/integrations/{integrationId}`

use app::contract::connect::Disconnected;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use crate::{
    domain::id::IntegrationId,
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{Error, disconnect},
};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, integration_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Disconnected>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let integration: IntegrationId = integration_id
        .parse()
        .map_err(|_| Error::NotFound("integration"))?;
    let set_up = snapshot
        .find_by_id(integration)
        .ok_or(Error::NotFound("integration"))?;
    let which = caller::selector(&headers);
    // Without a name it is the integration that goes, with every account.
    let which = (!which.is_first()).then_some(which);
    Ok(Json(
        disconnect::by_user(&state.services, &user, set_up, which.as_ref()).await?,
    ))
}
