//! `DELETE /projects/{id}/sdk/credentials/{credentialId}/configurations`: the one of the header.

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{
        Error,
        configurations::{self, Place},
        get_user,
    },
};

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Credential>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let which = caller::configuration(&headers);
    if which.is_empty() {
        let message = "Name the configuration in this header.";
        return Err(Error::invalid("X-Paragon-Configuration-Id", message).into());
    }
    let place = Place {
        snapshot: &snapshot,
        user: &user,
        account: &credential_id,
    };
    let saved = configurations::remove(&state.services, place, &which).await?;
    Ok(Json(get_user::credential(&saved)))
}
