//! `GET /projects/{id}/sdk/credentials/{credentialId}`

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{accounts, get_user},
};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Credential>, RestError> {
    let (user, _) = caller::known(&state, &project_id, &headers).await?;
    let found = accounts::find(&state.services, &user, &credential_id).await?;
    Ok(Json(get_user::credential(&found)))
}
