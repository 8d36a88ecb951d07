//! Why nothing was connected, as far as a person can do something about it.

use crate::{ports::provider::ProviderError, use_cases::Error};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// No flow belongs to it, or it was changed on its way.
    NotOurs,
    /// The answer was brought before.
    Used,
    /// The attempt has ended, or another window has taken it.
    Over,
    /// The ten minutes of a flow went by.
    TooLate,
    OtherBrowser,
    WrongIssuer,
    /// The person, or the provider, said no on the provider's page.
    Denied,
    /// The provider's own words.
    Refused(String),
    /// Neither a code nor an error came back.
    NoAnswer,
    /// The integration is not active, or lacks its client.
    NotReady,
    ProviderDown,
    Egress,
    /// No such project, integration or flow.
    Unknown,
    NotPermitted,
    SignedOut,
    OpenerRefused,
    /// What the app asked for does not fit; for the people who build it.
    AppAtFault(String),
    TooMany,
    /// The database is away.
    Away,
    Fault,
}

impl Why {
    pub fn of(error: &Error) -> Self {
        match error {
            Error::TokenInvalid => Self::SignedOut,
            Error::Denied(_) | Error::NotPermitted(_) => Self::NotPermitted,
            Error::NotFound(_) => Self::Unknown,
            Error::Inactive(_) => Self::NotReady,
            Error::FlowEnded(_) => Self::Over,
            Error::OtherBrowser => Self::OtherBrowser,
            Error::OriginNotAllowed(_) => Self::OpenerRefused,
            Error::Conflict(message) | Error::Invalid { message, .. } => {
                Self::AppAtFault(message.clone())
            }
            Error::TooManyRequests | Error::RateLimited { .. } => Self::TooMany,
            Error::Provider(error) if error.is_refusal() => Self::Refused(error.said().to_owned()),
            Error::Provider(ProviderError::Egress(_)) => Self::Egress,
            // It is an outage, or the provider asks to wait.
            Error::Provider(_) => Self::ProviderDown,
            Error::Unavailable(_) => Self::Away,
            Error::NotConnected(_)
            | Error::ReconnectRequired(_)
            | Error::CredentialsWrong
            // No flow is begun with a key.
            | Error::ApiKeyInvalid
            | Error::ScopeMissing(_)
            | Error::TooLarge
            | Error::Unreadable { .. }
            | Error::Internal(_) => Self::Fault,
        }
    }
}
