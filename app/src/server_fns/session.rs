//! Operators: signing in, first set-up.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    dashboard::{ProjectRow, Viewer},
};

/// Who is signed in.
#[server(name = ViewerCall, prefix = "/api", endpoint = "viewer", input = Json)]
pub async fn viewer() -> Result<Viewer, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.viewer().await)
}

/// Signs an operator in.
#[server(name = SignInCall, prefix = "/api", endpoint = "sign_in", input = Json)]
pub async fn sign_in(email: String, password: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.sign_in(email, password).await)
}

/// Signs the operator out.
#[server(name = SignOutCall, prefix = "/api", endpoint = "sign_out", input = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.sign_out().await)
}

/// Whether the one-time link still works.
#[server(name = SetupOpenCall, prefix = "/api", endpoint = "setup_open", input = Json)]
pub async fn setup_open(link: String) -> Result<bool, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.setup_open(link).await)
}

/// Creates the first operator and the first project.
#[server(name = SetUpCall, prefix = "/api", endpoint = "set_up", input = Json)]
pub async fn set_up(
    link: String,
    email: String,
    password: String,
    project_name: String,
) -> Result<ProjectRow, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.set_up(link, email, password, project_name).await)
}

/// Creates a project with its three environments.
#[server(name = CreateProjectCall, prefix = "/api", endpoint = "create_project", input = Json)]
pub async fn create_project(name: String) -> Result<ProjectRow, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.create_project(name).await)
}
