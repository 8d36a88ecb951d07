//! A user's state as the embed protocol tells it.

use app::contract::user::UserState;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// The user's state, and what the embed protocol wants beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Me<'a> {
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
    accessible_features: [&'static str; 9],
}

/// No feature is held back.
const FEATURES: [&str; 9] = [
    "byo",
    "dfm",
    "headless-cp",
    "th-api",
    "monitoring",
    "rbac",
    "user-metadata",
    "whitelabel",
    "workflow-permissions",
];

pub fn answer(project_id: &str, state: &UserState) -> Response {
    let me = Me {
        state,
        resources: [],
        project: Project {
            id: project_id,
            billing_plan: "self-hosted",
            accessible_features: FEATURES,
        },
    };
    Json(me).into_response()
}
