//! `POST /projects/{id}/sdk/credentials`: connect by the values of a form.

use std::collections::BTreeMap;

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use crate::{
    domain::{id::IntegrationId, intent::Intent, secret::Secret},
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{Error, authenticate, connect, get_user},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Install {
    integration_id: String,
    /// Field name to value.
    #[serde(default)]
    payload: BTreeMap<String, Secret>,
    #[serde(default)]
    install_options: InstallOptions,
}

/// Which account is meant, of those options that concern the server.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct InstallOptions {
    allow_multiple_credentials: Option<bool>,
    external_id: Option<String>,
    selected_credential_id: Option<String>,
}

impl From<InstallOptions> for Intent {
    fn from(options: InstallOptions) -> Self {
        Self {
            selected: options.selected_credential_id,
            external_id: options.external_id,
            multiple: options.allow_multiple_credentials.unwrap_or(false),
        }
    }
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Install>, JsonRejection>,
) -> Result<Json<Credential>, RestError> {
    let project = caller::project(&project_id)?;
    let (user, snapshot) =
        authenticate::run(&state.services, project, &caller::token(&headers)?).await?;
    let Json(install) = body.map_err(RestError::of_rejection)?;
    let integration: IntegrationId = install
        .integration_id
        .parse()
        .map_err(|_| Error::NotFound("integration"))?;
    let set_up = snapshot
        .find_by_id(integration)
        .ok_or(Error::NotFound("integration"))?;
    set_up.usable().map_err(Error::Inactive)?;
    if set_up.definition.default_auth().kind.oauth2().is_some() {
        let name = &set_up.definition.name;
        return Err(Error::invalid(
            "integrationId",
            format!("{name} is connected in the portal, not by a form."),
        )
        .into());
    }
    let connection = connect::fields::run(
        &state.services,
        &user,
        set_up,
        &install.install_options.into(),
        install.payload,
    )
    .await?;
    Ok(Json(get_user::credential(&connection)))
}
