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
    use_cases::{Error, accounts, browser_token, get_user},
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
    #[serde(skip_serializing_if = "Option::is_none")]
    account_auth: Option<AccountAuth>,
}

/// What a provider's file picker wants in the browser.
#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct AccountAuth {
    oauth_access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let with_token = parameters.include_account_auth.as_deref() == Some("true");
    let Some(integration_type) = parameters.integration else {
        if with_token {
            return Err(browser_token::refusal().into());
        }
        let all = accounts::list(&state.services, &snapshot, &user).await?;
        let all: Vec<Credential> = all.iter().map(get_user::credential).collect();
        return Ok(Json(all).into_response());
    };
    let set_up = snapshot
        .find(&integration_type)
        .ok_or(Error::NotFound("integration"))?;
    let selector = caller::selector(&headers);
    let account_auth = if with_token {
        let given = browser_token::run(&state.services, &snapshot, set_up, &user, &selector);
        let given = given.await?;
        Some(AccountAuth {
            oauth_access_token: given.access_token.expose().to_owned(),
            domain: given.domain,
        })
    } else {
        None
    };
    let found = accounts::of_integration(&state.services, &user, set_up, &selector).await?;
    let credential = get_user::credential(&found);
    Ok(Json(Account {
        integration: row(&state, set_up),
        credential_id: credential.id,
        credential_status: credential.status,
        provider_id: credential.provider_id,
        provider_data: credential.provider_data,
        account_auth,
    })
    .into_response())
}
