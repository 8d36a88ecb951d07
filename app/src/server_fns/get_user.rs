//! `getUser`: what is connected.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{ApiError, connect::PortalSession, user::UserState};

/// The user's state, fresh.
#[server(name = GetUserCall, prefix = "/api", endpoint = "get_user", input = Json)]
pub async fn get_user(session: PortalSession) -> Result<UserState, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.get_user(session).await)
}
