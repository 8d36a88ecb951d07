//! A connection that ended here, until its provider has been told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    id::{ConnectionId, IntegrationId, OrderId, ProjectId},
    secret::Sealed,
};

/// How long one attempt may take: two calls to the provider.
pub const LEASE: Duration = Duration::from_secs(60);

/// Waits between attempts. After the last the provider is given up, and the credential goes.
const WAITS: [Duration; 7] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(6 * 3600),
    Duration::from_secs(8 * 3600),
    Duration::from_secs(8 * 3600),
];

/// The wait after the n-th attempt. None: it was the last.
pub fn wait(attempts: u32) -> Option<Duration> {
    WAITS
        .get(usize::try_from(attempts.saturating_sub(1)).ok()?)
        .copied()
}

/// What came of one token at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenOutcome {
    Revoked,
    /// The provider has no way to end it: it works until it runs out, or until its owner ends it there.
    NotSupported,
    /// The provider refused, or did not answer.
    Failed,
}

impl TokenOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::NotSupported => "not_supported",
            Self::Failed => "failed",
        }
    }
}

/// What came of the tokens that the connection had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub refresh_token: Option<TokenOutcome>,
    pub access_token: Option<TokenOutcome>,
}

impl Outcome {
    /// The one that leaves most to do; of a key or a password, that the provider was not told.
    pub fn worst(self) -> TokenOutcome {
        self.refresh_token
            .max(self.access_token)
            .unwrap_or(TokenOutcome::NotSupported)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The connection's: its credential is sealed under it.
    pub id: ConnectionId,
    pub project: ProjectId,
    pub integration: IntegrationId,
    pub user_id: String,
    pub order: Option<OrderId>,
    /// As [`super::connection::Connection::method`].
    pub method: String,
    pub metadata: std::collections::BTreeMap<String, String>,
    /// None: it is over, and the credential is gone.
    pub credential: Option<Sealed>,
    pub outcome: Option<Outcome>,
    /// Attempts that were begun: whoever ends one names its number.
    pub attempts: u32,
    /// When the next attempt is due; while one is under way, when it counts as lost.
    pub due_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

/// Break glass: every connection of a project, or of one integration or user of it, that there was
/// when it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub project: ProjectId,
    pub integration: Option<IntegrationId>,
    pub user_id: Option<String>,
    pub created_at: Timestamp,
    /// None: every connection that it means has ended.
    pub due_at: Option<Timestamp>,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub revoked: u32,
    pub not_supported: u32,
    pub failed: u32,
    /// The provider has yet to be told.
    pub waiting: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_tried_for_a_day() {
        let all: Duration = (1..).map_while(wait).sum();
        assert!(all > Duration::from_secs(24 * 3600));
        assert!(all < Duration::from_secs(25 * 3600));
    }

    #[test]
    fn what_is_told_is_the_worst() {
        let outcome = |refresh_token, access_token| Outcome {
            refresh_token,
            access_token,
        };
        use TokenOutcome::{Failed, NotSupported, Revoked};
        assert_eq!(outcome(Some(Revoked), Some(Revoked)).worst(), Revoked);
        assert_eq!(
            outcome(Some(Revoked), Some(NotSupported)).worst(),
            NotSupported
        );
        assert_eq!(outcome(Some(Failed), Some(Revoked)).worst(), Failed);
        assert_eq!(outcome(None, None).worst(), NotSupported);
    }
}
