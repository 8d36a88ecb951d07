//! What the pages ask of the server. Implemented by `server`, one value a request, handed over by
//! Leptos context as [`SharedApi`].

mod embedding;
mod integrations;
mod operators;
mod portal;
mod users;
mod webhooks;

use std::sync::Arc;

use leptos::prelude::use_context;

pub use self::{
    embedding::EmbeddingApi, integrations::IntegrationsApi, operators::OperatorsApi,
    portal::PortalApi, users::UsersApi, webhooks::WebhooksApi,
};
use crate::contract::{ApiError, ErrorCode};

/// The request at hand. Every method of these makes a principal of it first: the portal's the end
/// user of the token, all others the operator of the session cookie.
pub trait Api:
    PortalApi + OperatorsApi + IntegrationsApi + EmbeddingApi + WebhooksApi + UsersApi
{
    /// Gives the answer under way this HTTP status.
    fn set_status(&self, status: u16);
}

/// The context type under which the server provides the request's [`Api`].
pub type SharedApi = Arc<dyn Api>;

/// The request's [`Api`], for a server function.
pub fn api() -> Result<SharedApi, ApiError> {
    use_context::<SharedApi>().ok_or_else(|| {
        ApiError::new(
            ErrorCode::Internal,
            "Something went wrong on our side. Try again in a moment.",
        )
    })
}

/// Sets the HTTP status that goes with a failed call, and passes the result on.
pub fn answer<T>(api: &SharedApi, result: Result<T, ApiError>) -> Result<T, ApiError> {
    result.inspect_err(|error| api.set_status(error.code.status()))
}
