//! `GET /projects/{id}/sdk/credentials`

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::get_user,
};

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Vec<Credential>>, RestError> {
    let project = caller::project(&project_id)?;
    let known = get_user::run(&state.services, project, &caller::token(&headers)?).await?;
    Ok(Json(
        known
            .state
            .integrations
            .into_values()
            .flat_map(|state| state.all_credentials)
            .collect(),
    ))
}
