//! `POST /projects/{id}/sdk/credentials`: connect by the values of a form, or by an authorization code.

use app::contract::user::Credential;
use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::HeaderMap,
};
use serde::Deserialize;

use super::given::Payload;
use crate::{
    access::EndUser,
    domain::{
        connection::Connection, id::IntegrationId, intent::Intent, secret::Secret,
        selector::Selector,
    },
    http::{AppState, error::RestError, sdk::caller},
    use_cases::{Error, Result, accounts, connect, get_user, snapshot::SetUp},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Install {
    integration_id: String,
    /// What the provider gave to the app's own page, in place of a payload.
    code: Option<Secret>,
    /// The address of that page.
    redirect_url: Option<String>,
    payload: Option<Payload>,
    install_options: Option<InstallOptions>,
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
        let external_id = options.external_id.as_deref().map(Selector::bare);
        Self {
            selected: options.selected_credential_id,
            external_id: external_id.map(str::to_owned),
            multiple: options.allow_multiple_credentials.unwrap_or_default(),
        }
    }
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: std::result::Result<Json<Install>, JsonRejection>,
) -> std::result::Result<Json<Credential>, RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(install) = body.map_err(RestError::of_rejection)?;
    let integration: IntegrationId = install
        .integration_id
        .parse()
        .map_err(|_| Error::NotFound("integration"))?;
    let set_up = snapshot
        .find_by_id(integration)
        .ok_or(Error::NotFound("integration"))?;
    set_up.usable().map_err(Error::Inactive)?;
    let payload = install.payload.unwrap_or_default();
    let connection = if let Some(id) = payload.credential_id() {
        connected(&state, &user, set_up, id).await?
    } else if let Some(code) = install.code {
        let redirect_url = install.redirect_url;
        by_code(&state, &user, set_up, (code, redirect_url)).await?
    } else {
        let intent = install.install_options.unwrap_or_default().into();
        by_form(&state, &user, set_up, intent, payload).await?
    };
    Ok(Json(get_user::credential(&connection)))
}

/// The account that a window has connected; saying so again changes nothing.
async fn connected(
    state: &AppState,
    user: &EndUser,
    set_up: &SetUp,
    id: &str,
) -> Result<Connection> {
    let found = accounts::find(&state.services, user, id).await?;
    if found.integration == set_up.integration.id {
        Ok(found)
    } else {
        Err(Error::NotFound("credential"))
    }
}

async fn by_code(
    state: &AppState,
    user: &EndUser,
    set_up: &SetUp,
    (code, redirect_url): (Secret, Option<String>),
) -> Result<Connection> {
    if set_up.definition.default_auth().kind.oauth2().is_none() {
        let message = format!("{} is connected by a form.", set_up.definition.name);
        return Err(Error::invalid("code", message));
    }
    connect::code::run(&state.services, user, set_up, code, redirect_url).await
}

async fn by_form(
    state: &AppState,
    user: &EndUser,
    set_up: &SetUp,
    intent: Intent,
    payload: Payload,
) -> Result<Connection> {
    if set_up.definition.default_auth().kind.oauth2().is_some() {
        let name = &set_up.definition.name;
        return Err(Error::invalid(
            "integrationId",
            format!("{name} is connected in the portal, not by a form."),
        ));
    }
    accounts::refuse_twin(&state.services, user, set_up, &intent).await?;
    connect::fields::run(&state.services, user, set_up, &intent, payload.fields()?).await
}
