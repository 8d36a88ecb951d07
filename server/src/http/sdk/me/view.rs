//! A user's state as the embed protocol tells it.

use app::contract::user::UserState;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;

use crate::{domain::id::ProjectId, use_cases::get_user::Known};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The user's state, and what the embed protocol wants beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Me<'a> {
    #[serde(flatten)]
    state: &'a UserState,
    resources: [(); 0],
    project: Project,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    id: String,
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

/// Written once for a state, however often it is asked for.
pub fn answer(known: &Known) -> Response {
    let write = || write(known.snapshot.project.id, &known.state);
    json(known.answer.get_or_init(write).clone())
}

pub fn of_state(project: ProjectId, state: &UserState) -> Response {
    json(write(project, state))
}

fn write(project: ProjectId, state: &UserState) -> Bytes {
    let me = Me {
        state,
        resources: [],
        project: Project {
            id: project.to_string(),
            billing_plan: "self-hosted",
            accessible_features: FEATURES,
        },
    };
    serde_json::to_vec(&me)
        .expect("a user's state is JSON")
        .into()
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, JSON)], body).into_response()
}
