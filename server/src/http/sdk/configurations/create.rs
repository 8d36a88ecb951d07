//! `POST /projects/{id}/sdk/credentials/{credentialId}/configurations`

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{
        configurations::{self, Place},
        get_user,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct New {
    external_id: Option<String>,
}

/// Answers the whole account; the new configuration has the latest date.
pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<New>, JsonRejection>,
) -> Result<Json<Credential>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(new) = body.map_err(RestError::of_rejection)?;
    let place = Place {
        snapshot: &snapshot,
        user: &user,
        account: &credential_id,
    };
    let external_id = new.external_id.as_deref();
    let saved = configurations::add(&state.services, place, external_id).await?;
    Ok(Json(get_user::credential(&saved)))
}
