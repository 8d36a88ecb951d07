//! `GET /projects/{id}/sdk/credentials`: every account; with `?integration=` that integration and the
//! account that is meant.

use app::contract::user::{Credential, CredentialStatus};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{
    http::{
        AppState,
        error::RestError,
        sdk::{
            caller,
            integrations::row::{Row, row},
        },
    },
    use_cases::{Error, accounts, get_user},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// A type.
    integration: Option<String>,
    /// `true`, `false`, or what JavaScript makes of neither.
    include_account_auth: Option<String>,
}

/// An integration with one account of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[serde(flatten)]
    integration: Row,
    credential_id: String,
    credential_status: CredentialStatus,
    provider_id: Option<String>,
    provider_data: serde_json::Value,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    if parameters.include_account_auth.as_deref() == Some("true") {
        let message = "Access tokens are not given out. Call the provider through the proxy.";
        return Err(Error::invalid("includeAccountAuth", message).into());
    }
    let Some(integration_type) = parameters.integration else {
        let all = accounts::list(&state.services, &snapshot, &user).await?;
        let all: Vec<Credential> = all.iter().map(get_user::credential).collect();
        return Ok(Json(all).into_response());
    };
    let set_up = snapshot
        .find(&integration_type)
        .ok_or(Error::NotFound("integration"))?;
    let selector = caller::selector(&headers);
    let found = accounts::of_integration(&state.services, &user, set_up, &selector).await?;
    let credential = get_user::credential(&found);
    Ok(Json(Account {
        integration: row(&state, set_up),
        credential_id: credential.id,
        credential_status: credential.status,
        provider_id: credential.provider_id,
        provider_data: credential.provider_data,
    })
    .into_response())
}
