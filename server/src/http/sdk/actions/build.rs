//! `build-oauth`: a flow that an SDK begins, and the address that its window goes to.
//!
//! Newer versions ask for the address at `/v2/projects/{id}/sdk/actions/build-oauth`; older ones open
//! `/projects/{id}/sdk/actions/build-oauth` as the window's page. Both put the user token in the
//! query, which is why nothing that comes of the request proves who is in front of the browser.

use std::collections::BTreeMap;

use app::pages::portal::language::Language;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{id::IntegrationId, intent::Intent, secret::Secret},
    http::{
        AppState,
        error::{RestError, public},
        html::escape,
        oauth::small,
        sdk::{caller, credentials::create::InstallOptions},
        ui,
    },
    use_cases::{
        Error, Result, authenticate,
        connect::{
            sdk::{self, Request},
            why::Why,
        },
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    user_token: Option<Secret>,
    #[serde(default)]
    integration_id: String,
    #[serde(default)]
    origin_for_post_message: String,
    /// What newer versions call the id of the attempt.
    oauth_meta_key_id: Option<String>,
    /// What older ones call it.
    session_id: Option<String>,
    /// JSON.
    install_options: Option<String>,
    /// JSON: name to value.
    end_user_supplied_values: Option<String>,
    /// A page of the app's own that the provider is to send the person to.
    redirect_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Built {
    redirect_url: String,
}

/// `GET /v2/projects/{id}/sdk/actions/build-oauth`
pub async fn address(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> std::result::Result<Response, RestError> {
    let path = begin(&state, &project_id, parameters, &headers, false).await?;
    let redirect_url = state.services.url(&path);
    Ok(Json(Built { redirect_url }).into_response())
}

/// `GET /projects/{id}/sdk/actions/build-oauth`
pub async fn window(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    match begin(&state, &project_id, parameters, &headers, true).await {
        Ok(path) => {
            let address = state.services.url(&path);
            (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
        }
        Err(error) => refused(&error, ui::language(None, &headers)),
    }
}

async fn begin(
    state: &AppState,
    project_id: &str,
    parameters: Parameters,
    headers: &HeaderMap,
    tells_success: bool,
) -> Result<String> {
    let project = caller::project(project_id)?;
    let token = match caller::token(headers) {
        Ok(token) => token,
        Err(_) => parameters.user_token.ok_or(Error::TokenInvalid)?,
    };
    let (user, snapshot) = authenticate::run(&state.services, project, &token).await?;
    state.limits.count(project, &user.user_id)?;
    let integration: IntegrationId = parameters
        .integration_id
        .parse()
        .map_err(|_| Error::NotFound("integration"))?;
    let set_up = snapshot
        .find_by_id(integration)
        .ok_or(Error::NotFound("integration"))?;
    let options: InstallOptions = parse("installOptions", parameters.install_options.as_deref())?;
    let inputs: BTreeMap<String, Secret> = parse(
        "endUserSuppliedValues",
        parameters.end_user_supplied_values.as_deref(),
    )?;
    let session_id = parameters.oauth_meta_key_id.or(parameters.session_id);
    let request = Request {
        session_id: session_id.unwrap_or_default(),
        origin: parameters.origin_for_post_message,
        tells_success,
        intent: Intent::from(options),
        inputs,
        redirect_url: parameters.redirect_url,
    };
    sdk::begin(&state.services, &snapshot, &user, set_up, request).await
}

/// JSON of a parameter; what is left out, empty or null is the default.
fn parse<T: Default + for<'de> Deserialize<'de>>(name: &str, json: Option<&str>) -> Result<T> {
    match json {
        None | Some("" | "null" | "undefined") => Ok(T::default()),
        Some(json) => serde_json::from_str(json).map_err(|_| {
            Error::invalid(name, format!("{name} is not the JSON that it should be."))
        }),
    }
}

fn refused(error: &Error, language: Language) -> Response {
    let status = public(error).code.status();
    let said = small::sentence(&Why::of(error), None, language);
    let more = format!("<p>{}</p>", escape(language.small().close_window));
    small::not_connected(status, &said, &more, Some("query.js"), language)
}
