//! What can stand in the way of a connection, and what the portal says about it.

use crate::{
    components::Tone,
    contract::{ApiError, ErrorCode},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// The browser did not open the window.
    Blocked,
    /// The window seems to be gone; it may still finish.
    Closed,
    /// The person, or the provider, said no.
    Denied,
    /// The ten minutes of a flow are over, or it was used before.
    Expired,
    ProviderDown,
    /// Patchbay, or the network, is away.
    Unreachable,
    TooMany,
    /// The host page has not said who the person is.
    SessionMissing,
    /// What the host page said is not, or no longer, valid.
    SessionOver,
    Inactive,
    OriginRefused,
    Unknown,
    /// The page was opened by itself.
    Alone,
    Fault,
}

/// A state in which nothing goes on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// The server's sentence, where it knows more than the kind says.
    pub message: Option<String>,
}

impl From<TroubleKind> for Trouble {
    fn from(kind: TroubleKind) -> Self {
        Self {
            kind,
            message: None,
        }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        let kind = match error.code {
            ErrorCode::ProviderRefused => TroubleKind::Denied,
            ErrorCode::FlowEnded => TroubleKind::Expired,
            ErrorCode::ProviderUnavailable | ErrorCode::EgressRefused => TroubleKind::ProviderDown,
            ErrorCode::Unavailable => TroubleKind::Unreachable,
            ErrorCode::TooManyRequests => TroubleKind::TooMany,
            ErrorCode::TokenInvalid => TroubleKind::SessionOver,
            ErrorCode::IntegrationInactive => TroubleKind::Inactive,
            ErrorCode::OriginNotAllowed => TroubleKind::OriginRefused,
            ErrorCode::NotFound => TroubleKind::Unknown,
            _ => TroubleKind::Fault,
        };
        // A token's fault is told to the host page; the person can do nothing with the detail.
        let message = (kind != TroubleKind::SessionOver).then_some(error.message);
        Self { kind, message }
    }
}

impl Trouble {
    /// `provider` is the integration's name, as in `Slack`.
    pub fn heading(&self, provider: &str) -> String {
        match self.kind {
            TroubleKind::Blocked => "The window did not open".to_owned(),
            TroubleKind::Closed => "The window was closed".to_owned(),
            TroubleKind::Denied => format!("{provider} did not give access"),
            TroubleKind::Expired => "This took too long".to_owned(),
            TroubleKind::ProviderDown => format!("{provider} does not answer"),
            TroubleKind::Unreachable => "Not reachable right now".to_owned(),
            TroubleKind::TooMany => "Too many attempts".to_owned(),
            TroubleKind::SessionMissing => "Not signed in".to_owned(),
            TroubleKind::SessionOver => "Your session is over".to_owned(),
            TroubleKind::Inactive => "Not available yet".to_owned(),
            TroubleKind::OriginRefused => "This page may not be shown here".to_owned(),
            TroubleKind::Unknown => "There is nothing here".to_owned(),
            TroubleKind::Alone => "Open this from your app".to_owned(),
            TroubleKind::Fault => "This did not work".to_owned(),
        }
    }

    /// What happened and what to do. `app` is the company's name, where the page knows it.
    pub fn text(&self, app: Option<&str>, provider: &str) -> String {
        if let Some(message) = &self.message {
            return message.clone();
        }
        let app = app.unwrap_or("the app");
        match self.kind {
            TroubleKind::Blocked => {
                "Your browser kept the window from opening. Open it with the button below, \
                 or allow pop-up windows for this page."
                    .to_owned()
            }
            TroubleKind::Closed => format!(
                "If it is still open, finish there and this page goes on by itself. \
                 Otherwise connect {provider} anew."
            ),
            TroubleKind::Denied => {
                format!("Nothing was connected. Try again and allow access on {provider}'s page.")
            }
            TroubleKind::Expired => {
                "Nothing was connected. Start again; there are ten minutes to finish.".to_owned()
            }
            TroubleKind::ProviderDown => {
                format!("Nothing was connected. Try again when {provider} answers.")
            }
            TroubleKind::Unreachable => "Check your network connection, then try again.".to_owned(),
            TroubleKind::TooMany => "Wait a minute, then try again.".to_owned(),
            TroubleKind::SessionMissing => format!(
                "{app} has not said who you are. Close this window, sign in to {app} and open it again."
            ),
            TroubleKind::SessionOver => {
                format!("Close this window, reload {app} and open it again.")
            }
            TroubleKind::Inactive | TroubleKind::Unknown => {
                "Close this window and ask the people who run the app.".to_owned()
            }
            TroubleKind::OriginRefused => {
                "Its address is not among the project's allowed origins.".to_owned()
            }
            TroubleKind::Alone => {
                format!("This page works inside {app}. Go there and connect {provider}.")
            }
            TroubleKind::Fault => "Try again in a moment.".to_owned(),
        }
    }

    /// Red for what has failed; what only has to be done differently is milder.
    pub fn tone(&self) -> Tone {
        match self.kind {
            TroubleKind::Blocked
            | TroubleKind::Closed
            | TroubleKind::Expired
            | TroubleKind::SessionMissing
            | TroubleKind::SessionOver
            | TroubleKind::Alone => Tone::Warn,
            _ => Tone::Danger,
        }
    }

    /// What the button that tries again says; none where trying again cannot help.
    pub fn retry(&self) -> Option<&'static str> {
        match self.kind {
            TroubleKind::Blocked => Some("Open the window"),
            TroubleKind::Closed
            | TroubleKind::Denied
            | TroubleKind::Expired
            | TroubleKind::ProviderDown
            | TroubleKind::Unreachable
            | TroubleKind::TooMany
            | TroubleKind::Fault => Some("Try again"),
            TroubleKind::SessionMissing
            | TroubleKind::SessionOver
            | TroubleKind::Inactive
            | TroubleKind::OriginRefused
            | TroubleKind::Unknown
            | TroubleKind::Alone => None,
        }
    }
}
