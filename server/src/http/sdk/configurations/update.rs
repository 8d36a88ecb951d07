//! `PATCH /projects/{id}/sdk/credentials/{credentialId}/configurations`: the app's notes on the
//! configuration of the header.

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use crate::{
    domain::configuration::Settings,
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{
        configurations::{self, Change, Place},
        get_user,
    },
};

#[derive(Deserialize)]
pub struct Update {
    /// Replaces what is there.
    meta: Settings,
}

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<Update>, JsonRejection>,
) -> Result<Json<Credential>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(update) = body.map_err(RestError::of_rejection)?;
    let place = Place {
        snapshot: &snapshot,
        user: &user,
        account: &credential_id,
    };
    let change = Change {
        meta: Some(update.meta),
        ..Change::default()
    };
    let which = caller::configuration(&headers);
    let saved = configurations::set(&state.services, place, &which, change).await?;
    Ok(Json(get_user::credential(&saved)))
}
