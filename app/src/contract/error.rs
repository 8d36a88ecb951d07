//! What may leave the process when something fails: a closed code and one sentence.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Every error a caller can meet. Adding one is an API change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The user token is missing, malformed, expired, or not signed by a key of this project; or the API
    /// key is none of it.
    TokenInvalid,
    /// Nobody is signed in to the dashboard.
    SignInRequired,
    /// E-mail or password is wrong.
    CredentialsWrong,
    /// The principal may not do this.
    Forbidden,
    /// Another site sent this request.
    CrossSite,
    /// The page that embeds the portal is not among the project's allowed origins.
    OriginNotAllowed,
    /// No such project, integration, connection, flow, key or page.
    NotFound,
    /// The integration exists and is not active, or lacks its client id and secret.
    IntegrationInactive,
    /// The user has no connection for this integration.
    NotConnected,
    /// The connection needs its owner: the provider refused its credential for good.
    ReconnectRequired,
    /// The input does not fit; the message names the field.
    InvalidInput,
    /// Something of that name exists already, or the thing changed meanwhile.
    Conflict,
    /// The body is larger than the limit.
    TooLarge,
    /// Too many attempts; try again later.
    TooManyRequests,
    /// The provider answered with a refusal.
    ProviderRefused,
    /// The provider did not answer, or answered with an error of its own.
    ProviderUnavailable,
    /// The address is not one that Patchbay may call.
    EgressRefused,
    /// The flow is over: used, expired, cancelled, or begun in another browser.
    FlowEnded,
    /// The database is locked, full or away; nothing was written.
    Unavailable,
    /// A fault of Patchbay's own, logged with the request id.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::TokenInvalid | Self::SignInRequired | Self::CredentialsWrong => 401,
            Self::Forbidden | Self::CrossSite | Self::OriginNotAllowed => 403,
            Self::NotFound => 404,
            Self::IntegrationInactive
            | Self::NotConnected
            | Self::ReconnectRequired
            | Self::Conflict => 409,
            Self::FlowEnded => 410,
            Self::TooLarge => 413,
            Self::InvalidInput | Self::ProviderRefused => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::ProviderUnavailable | Self::EgressRefused => 502,
            Self::Unavailable => 503,
        }
    }

    /// The code as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TokenInvalid => "token_invalid",
            Self::SignInRequired => "sign_in_required",
            Self::CredentialsWrong => "credentials_wrong",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::NotFound => "not_found",
            Self::IntegrationInactive => "integration_inactive",
            Self::NotConnected => "not_connected",
            Self::ReconnectRequired => "reconnect_required",
            Self::InvalidInput => "invalid_input",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::TooManyRequests => "too_many_requests",
            Self::ProviderRefused => "provider_refused",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::EgressRefused => "egress_refused",
            Self::FlowEnded => "flow_ended",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// An error as pages and callers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    pub code: ErrorCode,
    /// One sentence that tells a person what to do.
    pub message: String,
    /// The input field at fault, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ApiError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::InvalidInput,
            message: message.into(),
            field: Some(field.into()),
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(
                ErrorCode::Unavailable,
                "Patchbay could not be reached. Check the network, then try again.",
            ),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::new(
                ErrorCode::InvalidInput,
                "The request was not understood. Reload the page and try again.",
            ),
            _ => Self::new(
                ErrorCode::Internal,
                "Something went wrong on our side. Try again in a moment.",
            ),
        }
    }
}
