//! `POST /projects/{id}/sdk/credentials/{credentialId}/complete-setup`: what a person is asked after
//! authorising. No definition asks anything, so an account is complete as it is.

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
    use_cases::{Error, accounts, get_user},
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
    let (user, _) = caller::known(&state, &project_id, &headers).await?;
    let Json(answers) = body.map_err(RestError::of_rejection)?;
    let found = accounts::find(&state.services, &user, &credential_id).await?;
    let fields = answers.payload.unwrap_or_default().fields()?;
    if let Some(name) = fields.into_keys().next() {
        return Err(Error::invalid(name, "This form has no such field.").into());
    }
    Ok(Json(get_user::credential(&found)))
}
