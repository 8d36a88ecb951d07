//! Why a use case did not succeed.

use crate::{
    access::{Denied, NotPermitted, ScopeMissing},
    domain::connection::InvalidReason,
    ports::{provider::ProviderError, store::StoreError, vault::VaultError},
};

#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Says nothing of why: the caller may be an attacker.
    #[error("the user token is not valid for this project")]
    TokenInvalid,
    /// As `TokenInvalid`, of an API key.
    #[error("the API key is not valid for this project")]
    ApiKeyInvalid,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    NotPermitted(#[from] NotPermitted),
    #[error(transparent)]
    ScopeMissing(#[from] ScopeMissing),
    /// The thing that does not exist: `project`, `integration` …
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Inactive(String),
    #[error("this user has not connected {0}")]
    NotConnected(String),
    #[error("{}", .0.sentence())]
    ReconnectRequired(InvalidReason),
    #[error("{message}")]
    Invalid { field: String, message: String },
    #[error("{0}")]
    Conflict(String),
    #[error("{0}")]
    FlowEnded(String),
    #[error("the callback does not belong to this browser")]
    OtherBrowser,
    #[error("{0} does not embed this portal")]
    OriginNotAllowed(String),
    #[error("e-mail or password is wrong")]
    CredentialsWrong,
    #[error("the body is too large")]
    TooLarge,
    #[error("too many attempts")]
    TooManyRequests,
    /// Whoever waits for so long may go on.
    #[error("too many requests")]
    RateLimited { seconds: u64 },
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("the database is not available")]
    Unavailable(#[source] std::sync::Arc<StoreError>),
    /// A sealed value was altered, cut, moved, or needs a key that is not here.
    #[error("{table} row {row}: {field} cannot be opened: {reason}")]
    Unreadable {
        table: &'static str,
        row: String,
        field: &'static str,
        reason: VaultError,
    },
    /// A fault of our own or of the data; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound("record"),
            StoreError::Conflict => {
                Self::Conflict("Something of that name exists already.".to_owned())
            }
            StoreError::Stale => {
                Self::Conflict("It changed meanwhile. Reload and try again.".to_owned())
            }
            error @ StoreError::Corrupt { .. } => Self::Internal(error.to_string()),
            error @ StoreError::Unavailable(_) => Self::Unavailable(std::sync::Arc::new(error)),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::Internal(format!("the vault cannot open a value: {error}"))
    }
}

impl From<app::contract::ApiError> for Error {
    /// A shared validator's verdict.
    fn from(error: app::contract::ApiError) -> Self {
        Self::Invalid {
            field: error.field.unwrap_or_default(),
            message: error.message,
        }
    }
}
