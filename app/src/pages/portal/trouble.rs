//! What can stand in the way of a connection, and what the portal says about it.

use super::{phrase::Phrase, strings::Strings};
use crate::{
    components::Tone,
    contract::{ApiError, ErrorCode, portal::PortalPage},
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
    /// The app's token does not let its user do this.
    Forbidden,
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
    /// The provider's own words, where it said why.
    pub reason: Option<String>,
}

/// Whose names the sentences take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The company that embeds the portal.
    pub app: &'a str,
    /// The integration's name, as in `Slack`.
    pub provider: &'a str,
}

impl<'a> From<&'a PortalPage> for Names<'a> {
    fn from(page: &'a PortalPage) -> Self {
        Self {
            app: &page.app_name,
            provider: &page.name,
        }
    }
}

impl From<TroubleKind> for Trouble {
    fn from(kind: TroubleKind) -> Self {
        Self { kind, reason: None }
    }
}

impl From<&ApiError> for Trouble {
    /// The code says what happened, and the portal says it in the person's language. Of the
    /// server's sentence only the provider's part is kept: nobody else knows it.
    fn from(error: &ApiError) -> Self {
        let kind = match error.code {
            ErrorCode::ProviderRefused => TroubleKind::Denied,
            ErrorCode::FlowEnded => TroubleKind::Expired,
            ErrorCode::ProviderUnavailable | ErrorCode::EgressRefused => TroubleKind::ProviderDown,
            ErrorCode::Unavailable => TroubleKind::Unreachable,
            ErrorCode::TooManyRequests => TroubleKind::TooMany,
            ErrorCode::Forbidden => TroubleKind::Forbidden,
            ErrorCode::TokenInvalid => TroubleKind::SessionOver,
            ErrorCode::IntegrationInactive => TroubleKind::Inactive,
            ErrorCode::OriginNotAllowed => TroubleKind::OriginRefused,
            ErrorCode::NotFound => TroubleKind::Unknown,
            _ => TroubleKind::Fault,
        };
        // `Slack answered: …`, `The provider refused: …`
        let reason = error.message.split_once(": ").map(|(_, reason)| reason);
        let reason = reason.filter(|_| kind == TroubleKind::Denied);
        Self {
            kind,
            reason: reason.map(str::to_owned),
        }
    }
}

impl Trouble {
    /// Of a page that knows neither the app nor the provider, and so cannot speak of them.
    pub fn nameless(error: &ApiError) -> Self {
        let kind = match Self::from(error).kind {
            TroubleKind::Denied
            | TroubleKind::Forbidden
            | TroubleKind::ProviderDown
            | TroubleKind::SessionOver => TroubleKind::Fault,
            kind => kind,
        };
        kind.into()
    }

    pub fn heading(&self, say: &Strings, names: Names<'_>) -> Phrase {
        match self.kind {
            TroubleKind::Blocked => say.blocked.into(),
            TroubleKind::Closed => say.closed.into(),
            TroubleKind::Denied => say.denied(names.provider),
            TroubleKind::Expired => say.expired.into(),
            TroubleKind::ProviderDown => say.provider_down(names.provider),
            TroubleKind::Unreachable => say.unreachable.into(),
            TroubleKind::TooMany => say.too_many.into(),
            TroubleKind::Forbidden => say.forbidden.into(),
            TroubleKind::SessionMissing => say.session_missing.into(),
            TroubleKind::SessionOver => say.session_over.into(),
            TroubleKind::Inactive => say.inactive.into(),
            TroubleKind::OriginRefused => say.origin_refused.into(),
            TroubleKind::Unknown => say.unknown.into(),
            TroubleKind::Alone => say.alone.into(),
            TroubleKind::Fault => say.fault.into(),
        }
    }

    /// What happened and what to do.
    pub fn text(&self, say: &Strings, names: Names<'_>) -> Phrase {
        let Names { app, provider } = names;
        match self.kind {
            TroubleKind::Blocked => say.blocked_text.into(),
            TroubleKind::Closed => say.closed_text(provider),
            TroubleKind::Denied => match &self.reason {
                Some(reason) => say.provider_says(provider, reason),
                None => say.denied_text(provider),
            },
            TroubleKind::Expired => say.expired_text.into(),
            TroubleKind::ProviderDown => say.provider_down_text(provider),
            TroubleKind::Unreachable => say.unreachable_text.into(),
            TroubleKind::TooMany => say.too_many_text.into(),
            TroubleKind::Forbidden => say.forbidden_text(app),
            TroubleKind::SessionMissing => say.session_missing_text(app),
            TroubleKind::SessionOver => say.session_over_text(app),
            TroubleKind::Inactive | TroubleKind::Unknown => say.ask_app.into(),
            TroubleKind::OriginRefused => say.origin_refused_text.into(),
            TroubleKind::Alone => say.alone_text(app, provider),
            TroubleKind::Fault => say.fault_text.into(),
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
    pub fn retry(&self, say: &Strings) -> Option<&'static str> {
        match self.kind {
            TroubleKind::Closed
            | TroubleKind::Denied
            | TroubleKind::Expired
            | TroubleKind::ProviderDown
            | TroubleKind::Unreachable
            | TroubleKind::TooMany
            | TroubleKind::Fault => Some(say.try_again),
            // It has ways of its own.
            TroubleKind::Blocked
            | TroubleKind::Forbidden
            | TroubleKind::SessionMissing
            | TroubleKind::SessionOver
            | TroubleKind::Inactive
            | TroubleKind::OriginRefused
            | TroubleKind::Unknown
            | TroubleKind::Alone => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_s_words_are_kept_and_ours_are_not() {
        let reason = |code, message| Trouble::from(&ApiError::new(code, message)).reason;
        let refused = ErrorCode::ProviderRefused;
        assert_eq!(
            reason(refused, "Slack answered: no: closed").as_deref(),
            Some("no: closed")
        );
        assert_eq!(
            reason(refused, "Access was not granted on Slack's page."),
            None
        );
        assert_eq!(reason(ErrorCode::Internal, "Broken: badly"), None);
    }
}
