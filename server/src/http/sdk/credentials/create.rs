//! `POST /projects/{id}/sdk/credentials`: connect by the values of a form, or by an authorization code.

use std::collections::BTreeMap;

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
        connection::Connection, definition::AuthMethod, id::IntegrationId, intent::Intent,
        secret::Secret, selector::Selector,
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
    account_type: Option<AccountType>,
}

/// One account type, or those among which the person may choose.
#[derive(Deserialize)]
#[serde(untagged)]
enum AccountType {
    One(String),
    Several(Vec<String>),
}

impl AccountType {
    /// The one that is meant; none where it is left to a choice.
    fn one(self) -> Option<String> {
        match self {
            Self::One(id) => Some(id),
            Self::Several(ids) => <[String; 1]>::try_from(ids).ok().map(|[id]| id),
        }
        .filter(|id| !id.trim().is_empty())
    }
}

impl From<InstallOptions> for Intent {
    fn from(options: InstallOptions) -> Self {
        let external_id = options.external_id.as_deref().map(Selector::bare);
        Self {
            selected: options.selected_credential_id,
            external_id: external_id.map(str::to_owned),
            multiple: options.allow_multiple_credentials.unwrap_or_default(),
            method: options.account_type.and_then(AccountType::one),
            link: None,
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
    connect::code::run(&state.services, user, set_up, code, redirect_url).await
}

async fn by_form(
    state: &AppState,
    user: &EndUser,
    set_up: &SetUp,
    mut intent: Intent,
    payload: Payload,
) -> Result<Connection> {
    accounts::refuse_twin(&state.services, user, set_up, &intent).await?;
    let values = payload.fields()?;
    if intent.method.is_none() {
        intent.method = form_of(set_up, &values).map(|method| method.id.clone());
    }
    connect::fields::run(&state.services, user, set_up, &intent, values).await
}

/// The form that was filled in: SDKs send its values and not its name.
fn form_of<'a>(set_up: &'a SetUp, values: &BTreeMap<String, Secret>) -> Option<&'a AuthMethod> {
    let fits = |method: &&AuthMethod| {
        let questions = set_up.questions(method);
        let known = |name: &String| questions.iter().any(|question| question.name == *name);
        !method.kind.opens_window()
            && values.keys().all(known)
            && questions
                .iter()
                .all(|question| question.optional || values.contains_key(&question.name))
    };
    let mut forms = set_up
        .methods()
        .filter(|method| !method.kind.opens_window());
    set_up.methods().find(fits).or_else(|| forms.next())
}
