//! `PATCH /projects/{id}/sdk/credentials/{credentialId}`: settings of one configuration, each kind
//! replaced as a whole.

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::configuration::Settings,
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{
        Error,
        configurations::{self, Change, Place},
        get_user,
    },
};

#[derive(Deserialize)]
pub struct Update {
    config: Config,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    shared_settings: Option<Settings>,
    workflow_settings: Option<Settings>,
}

/// The account as it is now. SDKs that say their version read it from the answer itself, the others
/// from a member of it.
#[derive(Serialize)]
pub struct Saved {
    #[serde(flatten)]
    itself: Credential,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<Credential>,
    errors: [(); 0],
}

pub async fn handler(
    State(state): State<AppState>,
    Path((project_id, credential_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<Update>, JsonRejection>,
) -> Result<Json<Saved>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(Update { config }) = body.map_err(RestError::of_rejection)?;
    if config.shared_settings.is_none() && config.workflow_settings.is_none() {
        let message = "Send sharedSettings or workflowSettings.";
        return Err(Error::invalid("config", message).into());
    }
    let place = Place {
        snapshot: &snapshot,
        user: &user,
        account: &credential_id,
    };
    let change = Change {
        shared_settings: config.shared_settings,
        workflow_settings: config.workflow_settings,
        meta: None,
    };
    let which = caller::configuration(&headers);
    let saved = configurations::set(&state.services, place, &which, change).await?;
    let credential = get_user::credential(&saved);
    let reads_member = caller::sdk_version(&headers).is_none();
    Ok(Json(Saved {
        credential: reads_member.then(|| credential.clone()),
        itself: credential,
        errors: [],
    }))
}
