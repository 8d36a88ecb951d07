//! `GET /projects/{id}/sdk/me`

use app::contract::user::UserState;
use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Serialize;

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::get_user,
};

/// The user's state, and what the embed protocol wants beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    #[serde(flatten)]
    state: UserState,
    meta: serde_json::Map<String, serde_json::Value>,
    resources: [(); 0],
    project: Project,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    id: String,
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

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Me>, RestError> {
    let project = caller::project(&project_id)?;
    let (user, _) = get_user::run(&state.services, project, &caller::token(&headers)?).await?;
    Ok(Json(Me {
        state: user,
        meta: serde_json::Map::new(),
        resources: [],
        project: Project {
            id: project_id,
            billing_plan: "self-hosted",
            accessible_features: FEATURES,
        },
    }))
}
