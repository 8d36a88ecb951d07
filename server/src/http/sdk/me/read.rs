//! `GET /projects/{id}/sdk/me`

use std::sync::Arc;

use app::contract::user::UserState;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::get_user,
};

/// The user's state, and what the embed protocol wants beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Me<'a> {
    #[serde(flatten)]
    state: &'a UserState,
    resources: [(); 0],
    project: Project<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Project<'a> {
    id: &'a str,
    billing_plan: &'static str,
    accessible_features: [&'static str; 7],
}

/// No feature is held back.
const FEATURES: [&str; 7] = [
    "headless-cp",
    "dfm",
    "byo",
    "user-metadata",
    "whitelabel",
    "workflow-permissions",
    "rbac",
];

/// A state of a moment ago will do, unless the caller says `Cache-Control: no-cache`.
pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RestError> {
    let project = caller::project(&project_id)?;
    let token = caller::token(&headers)?;
    let known = if caller::wants_no_cache(&headers) {
        Arc::new(get_user::run(&state.services, project, &token).await?)
    } else {
        get_user::run_recent(&state.services, project, &token).await?
    };
    let me = Me {
        state: &known.state,
        resources: [],
        project: Project {
            id: &project_id,
            billing_plan: "self-hosted",
            accessible_features: FEATURES,
        },
    };
    Ok(Json(me).into_response())
}
