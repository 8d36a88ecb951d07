//! `authenticate`: a user token becomes a user.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{ApiError, connect::PortalSession, user::UserState};

/// Checks the user token and gives the user's state.
#[server(name = AuthenticateCall, prefix = "/api", endpoint = "authenticate", input = Json)]
pub async fn authenticate(session: PortalSession) -> Result<UserState, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.authenticate(session).await)
}
