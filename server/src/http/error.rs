//! One map from what went wrong to what leaves the process.

use app::contract::{ApiError, ErrorCode};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{ports::provider::ProviderError, use_cases::Error};

/// An error on its way to a REST caller.
#[derive(Debug)]
pub struct RestError(pub Error);

impl<E: Into<Error>> From<E> for RestError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// How the embed protocol says that a permission is missing.
pub const NOT_PERMITTED: &str = "7210";

/// The shape that SDKs of the embed protocol read.
#[derive(Serialize)]
struct Body<'a> {
    code: &'static str,
    message: &'a str,
    status: u16,
    meta: serde_json::Value,
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        answer(&public(&self.0))
    }
}

/// The error in the shape of every REST answer.
pub fn answer(error: &ApiError) -> Response {
    let status = error.code.status();
    let own = error.code.as_str();
    let (code, meta) = match &error.field {
        // Any other 403 signs the user out in SDKs of the embed protocol.
        _ if status == 403 => (NOT_PERMITTED, serde_json::json!({ "code": own })),
        Some(field) => (own, serde_json::json!({ "field": field })),
        None => (own, serde_json::json!({})),
    };
    let body = Body {
        code,
        message: &error.message,
        status,
        meta,
    };
    (
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        Json(body),
    )
        .into_response()
}

/// The closed code and the sentence for an error; what is internal goes to the log, once, here.
pub fn public(error: &Error) -> ApiError {
    let (code, message): (ErrorCode, String) = match error {
        Error::TokenInvalid => (ErrorCode::TokenInvalid, "The user token is not valid for this project.".into()),
        Error::ApiKeyInvalid => (ErrorCode::TokenInvalid, "The API key is not valid for this project.".into()),
        Error::Denied(denied) => (ErrorCode::Forbidden, denied.to_string()),
        Error::NotPermitted(denied) => (ErrorCode::Forbidden, denied.to_string()),
        Error::ScopeMissing(missing) => (ErrorCode::Forbidden, missing.to_string()),
        Error::NotFound(what) => (ErrorCode::NotFound, format!("There is no such {what}.")),
        Error::Inactive(reason) => (ErrorCode::IntegrationInactive, reason.clone()),
        Error::NotConnected(name) => {
            (ErrorCode::NotConnected, format!("This user has not connected {name}. Call connect first."))
        }
        Error::ReconnectRequired(reason) => (ErrorCode::ReconnectRequired, reason.sentence().into()),
        Error::Invalid { field, message } => {
            let mut error = ApiError::field(field.clone(), message.clone());
            error.field = error.field.filter(|field| !field.is_empty());
            return error;
        }
        Error::Conflict(message) => (ErrorCode::Conflict, message.clone()),
        Error::FlowEnded(message) => (ErrorCode::FlowEnded, message.clone()),
        Error::OtherBrowser => (
            ErrorCode::FlowEnded,
            "This sign-in was begun in another browser. Nothing was connected. Start again from the app in this browser."
                .into(),
        ),
        Error::OriginNotAllowed(origin) => (
            ErrorCode::OriginNotAllowed,
            format!("The page {origin} may not embed this portal. Add it under Settings, Allowed origins."),
        ),
        Error::CredentialsWrong => (ErrorCode::CredentialsWrong, "E-mail or password is wrong.".into()),
        Error::TooLarge => (ErrorCode::TooLarge, "The body is larger than this call takes. Send less.".into()),
        Error::TooManyRequests => (ErrorCode::TooManyRequests, "Too many attempts. Wait a minute, then try again.".into()),
        Error::RateLimited { seconds } => {
            (ErrorCode::TooManyRequests, format!("Too many requests. Wait {seconds} seconds, then go on more slowly."))
        }
        Error::Provider(error) => provider(error),
        Error::Unavailable(source) => {
            tracing::error!(error = ?source, "the database is not available");
            (ErrorCode::Unavailable, "The database is not available. Nothing was changed; try again in a moment.".into())
        }
        Error::Unreadable { table, row, field, reason } => {
            tracing::error!(table, row, field, %reason, "a sealed value cannot be opened");
            (ErrorCode::Internal, "Something went wrong on our side. Try again in a moment.".into())
        }
        Error::Internal(detail) => {
            tracing::error!(detail, "internal error");
            (ErrorCode::Internal, "Something went wrong on our side. Try again in a moment.".into())
        }
    };
    ApiError::new(code, message)
}

fn provider(error: &ProviderError) -> (ErrorCode, String) {
    match error {
        ProviderError::GrantRefused(reason)
        | ProviderError::ConsentRevoked(reason)
        | ProviderError::ScopesRefused(reason)
        | ProviderError::ClientRefused(reason)
        | ProviderError::Refused(reason) => (
            ErrorCode::ProviderRefused,
            format!("The provider refused: {reason}"),
        ),
        ProviderError::Unavailable(reason) | ProviderError::Wait { said: reason, .. } => {
            tracing::warn!(reason, "a provider is not available");
            (
                ErrorCode::ProviderUnavailable,
                "The provider did not answer as it should. Try again in a moment.".into(),
            )
        }
        ProviderError::Egress(reason) => {
            tracing::warn!(reason, "an outgoing call was refused");
            (
                ErrorCode::EgressRefused,
                "The provider's address is not one that this server may call. Ask the operator to allow it.".into(),
            )
        }
    }
}

impl RestError {
    pub fn too_large() -> Self {
        Self(Error::TooLarge)
    }

    /// A body that does not fit.
    pub fn of_rejection(rejection: axum::extract::rejection::JsonRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::too_large();
        }
        Self(Error::invalid(
            "",
            "The body is not the JSON that this call takes. See the documentation of the call.",
        ))
    }
}
