//! Connected users.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{ApiError, connect::Disconnected, dashboard::UsersPage};

/// A page of connected users.
#[server(name = UsersCall, prefix = "/api", endpoint = "users", input = Json)]
pub async fn users(project_id: String, search: String, page: u32) -> Result<UsersPage, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.users(project_id, search, page).await)
}

/// Disconnects one connection of a user.
#[server(name = DisconnectUserCall, prefix = "/api", endpoint = "disconnect_user", input = Json)]
pub async fn disconnect_user(
    project_id: String,
    connection_id: String,
) -> Result<Disconnected, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.disconnect_user(project_id, connection_id).await)
}
