//! `POST /projects/{id}/sdk/credentials/{credentialId}/complete-setup`: what a person is asked after
//! authorising.

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use super::given::Payload;
use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{connect::setup, get_user},
};

#[derive(Deserialize)]
pub struct Answers {
    payload: Option<Payload>,
}

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<Answers>, JsonRejection>,
) -> Result<Json<Credential>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(answers) = body.map_err(RestError::of_rejection)?;
    let answers = answers.payload.unwrap_or_default().fields()?;
    let services = &state.services;
    let completed = setup::complete(services, &snapshot, &user, &credential_id, answers).await?;
    Ok(Json(get_user::credential(&completed)))
}
