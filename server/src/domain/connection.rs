//! One connected account and the states it goes through.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Timestamp,
    configuration::Configuration,
    id::{ConnectionId, IntegrationId, ProcessId, ProjectId},
    secret::Sealed,
    token_set::Account,
    upkeep::margin_of,
};

/// How long one refresh may take. Longer than the provider call's own deadline, so that a lease
/// outlives the call it guards.
pub const LEASE: Duration = Duration::from_secs(45);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// The provider gave access; its owner has yet to answer what the definition asks afterwards.
    Pending,
    /// The credential works as far as anybody knows.
    Valid,
    /// The provider refused the credential for good: its owner must reconnect.
    NeedsReauth,
}

/// Why a connection needs its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidReason {
    /// The provider answered `invalid_grant` (RFC 6749 §5.2) to a refresh.
    GrantRefused,
    /// It says that somebody took the consent back.
    ConsentRevoked,
    /// It no longer grants what was asked for.
    ScopesChanged,
    /// `invalid_grant`, after a refresh whose outcome nobody learned: the provider may have replaced
    /// the refresh token by one that never arrived.
    InterruptedRefresh,
    /// The access token is refused and there is no refresh token to renew it with.
    NoRefreshToken,
    /// The provider refuses the key or password.
    KeyRefused,
}

impl InvalidReason {
    pub const ALL: [Self; 6] = [
        Self::GrantRefused,
        Self::ConsentRevoked,
        Self::ScopesChanged,
        Self::InterruptedRefresh,
        Self::NoRefreshToken,
        Self::KeyRefused,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::GrantRefused => "grant_refused",
            Self::ConsentRevoked => "consent_revoked",
            Self::ScopesChanged => "scopes_changed",
            Self::InterruptedRefresh => "interrupted_refresh",
            Self::NoRefreshToken => "no_refresh_token",
            Self::KeyRefused => "key_refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// One sentence for the connection's owner and the operator.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::GrantRefused => "The provider ended this access. Reconnect the account.",
            Self::ConsentRevoked => {
                "Somebody took this access back at the provider. Reconnect the account."
            }
            Self::ScopesChanged => {
                "The provider no longer grants what the app asks for. Reconnect the account."
            }
            Self::InterruptedRefresh => {
                "A renewal was cut off, and the provider now refuses the old token. Reconnect the account."
            }
            Self::NoRefreshToken => {
                "The access ran out and cannot be renewed. Reconnect the account."
            }
            Self::KeyRefused => {
                "The provider no longer takes this key. Connect again with a new one."
            }
        }
    }
}

/// Why a credential could not be renewed the last time. Of these only [`Trouble::GrantOver`] is for
/// the connection's owner to mend; the others pass, or are an operator's to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The provider refused for good: see [`Connection::invalid_reason`].
    GrantOver,
    /// No answer, a 5xx, or one that makes no sense.
    Outage,
    /// The provider asked to call less often.
    RateLimited,
    /// The provider does not take the app's client id or secret.
    ClientRefused,
    /// The provider refused the request itself: the definition, or Patchbay, is wrong.
    RequestRefused,
    /// The provider's address is not one that Patchbay may call.
    Blocked,
    /// A fault of Patchbay's own; the log has more.
    Internal,
}

impl Trouble {
    pub const ALL: [Self; 7] = [
        Self::GrantOver,
        Self::Outage,
        Self::RateLimited,
        Self::ClientRefused,
        Self::RequestRefused,
        Self::Blocked,
        Self::Internal,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::GrantOver => "grant_over",
            Self::Outage => "outage",
            Self::RateLimited => "rate_limited",
            Self::ClientRefused => "client_refused",
            Self::RequestRefused => "request_refused",
            Self::Blocked => "blocked",
            Self::Internal => "internal",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|trouble| trouble.as_str() == text)
    }

    /// One sentence for the operator: whose turn it is.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::GrantOver => "The provider ended this access. Its owner must reconnect.",
            Self::Outage => "The provider does not answer as it should. Patchbay tries again.",
            Self::RateLimited => "The provider asked to call less often. Patchbay waits.",
            Self::ClientRefused => {
                "The provider refuses the app's client id or secret. Correct them in the integration."
            }
            Self::RequestRefused => {
                "The provider refuses the request. Compare the definition with the provider's documentation."
            }
            Self::Blocked => {
                "The provider's address is not one that this server may call. Allow it with --egress-allow."
            }
            Self::Internal => "Something went wrong in Patchbay. Its log says what.",
        }
    }
}

/// The last renewal that did not succeed, since the last that did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub trouble: Trouble,
    /// What the provider said: one line, at most 300 characters, without secrets.
    pub said: Option<String>,
    pub at: Timestamp,
}

/// A connection's state as people are told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    Pending,
    Valid,
    /// Valid, and somebody holds the lease to renew it.
    Refreshing,
    NeedsReauth,
    /// The same, and somebody took the consent back at the provider.
    Revoked,
}

impl ConnectionState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Valid => "VALID",
            Self::Refreshing => "REFRESHING",
            Self::NeedsReauth => "NEEDS_REAUTH",
            Self::Revoked => "REVOKED",
        }
    }
}

/// The right to refresh one connection: who holds it, under which number, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub owner: ProcessId,
    /// Grows with every lease of the connection: an older holder cannot store.
    pub fence: i64,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: ConnectionId,
    pub project: ProjectId,
    pub integration: IntegrationId,
    /// `sub` of the user token.
    pub user_id: String,
    pub status: ConnectionStatus,
    pub invalid_reason: Option<InvalidReason>,
    /// Since when it has this status.
    pub status_since: Timestamp,
    pub failure: Option<Failure>,
    /// The app's own name for the account, distinct among a user's accounts of the integration.
    pub external_id: Option<String>,
    pub account: Account,
    /// The definition's way to connect by which it was made: the id of an `[[auth]]`.
    pub method: String,
    /// Inputs and metadata that URLs of the definition need: `subdomain`, `instance_url` … No secret.
    pub metadata: BTreeMap<String, String>,
    /// What the user chose for it; the first is the default and always there.
    pub configurations: Vec<Configuration>,
    /// Scopes granted, where known.
    pub scopes: Option<Vec<String>>,
    /// [`super::token_set::CredentialFields`] as JSON, sealed under the field `credential`.
    pub credential: Sealed,
    /// Grows whenever the credential or the status changes.
    pub version: i64,
    /// When the access token ends, where known.
    pub expires_at: Option<Timestamp>,
    /// When it is next renewed without anybody asking; while somebody is at it, when the lease ends.
    /// None: it needs nothing.
    pub refresh_due_at: Option<Timestamp>,
    pub lease: Option<Lease>,
    /// The last refresh whose outcome nobody learned, since the last that went well.
    pub interrupted_at: Option<Timestamp>,
    pub refresh_failures: u32,
    /// After a failed refresh: not before then.
    pub retry_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub refreshed_at: Option<Timestamp>,
}

/// What a caller should do with a credential before using it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Use it.
    Fresh,
    /// Within its margin: refresh, but it may still be used if that fails for now.
    Stale,
    /// Over: refresh first.
    Expired,
}

impl Connection {
    /// `margin`: how long before its end a token is renewed; a tenth of its life at most, so that
    /// a short-lived one is not renewed with every call.
    pub fn freshness(&self, now: Timestamp, margin: Duration) -> Freshness {
        let Some(end) = self.expires_at else {
            return Freshness::Fresh;
        };
        let issued = self.refreshed_at.unwrap_or(self.created_at);
        let life = end.duration_since(issued).unsigned_abs();
        if end <= now {
            Freshness::Expired
        } else if end <= now + margin_of(margin, life) {
            Freshness::Stale
        } else {
            Freshness::Fresh
        }
    }

    pub fn state(&self, now: Timestamp) -> ConnectionState {
        match self.status {
            ConnectionStatus::Pending => ConnectionState::Pending,
            ConnectionStatus::NeedsReauth
                if self.invalid_reason == Some(InvalidReason::ConsentRevoked) =>
            {
                ConnectionState::Revoked
            }
            ConnectionStatus::NeedsReauth => ConnectionState::NeedsReauth,
            ConnectionStatus::Valid if self.is_leased(now) => ConnectionState::Refreshing,
            ConnectionStatus::Valid => ConnectionState::Valid,
        }
    }

    /// Why it needs its owner, or why it could not be renewed, in one sentence.
    pub fn explained(&self) -> Option<&'static str> {
        let trouble = self.failure.as_ref().map(|failure| failure.trouble);
        self.invalid_reason
            .map(InvalidReason::sentence)
            .or(trouble.map(Trouble::sentence))
    }

    /// What a provider's refusal means, when `refused` is what it says.
    pub fn judge(&self, refused: InvalidReason) -> InvalidReason {
        match (refused, self.interrupted_at) {
            (InvalidReason::GrantRefused, Some(_)) => InvalidReason::InterruptedRefresh,
            (refused, _) => refused,
        }
    }

    pub fn is_leased(&self, now: Timestamp) -> bool {
        self.lease.is_some_and(|lease| lease.expires_at > now)
    }

    /// Whether nobody is to try again yet. A failure that lies ahead was noted by a clock that was
    /// wrong: it keeps nobody waiting.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        let ahead = |failure: &Failure| failure.at > now + LEASE;
        self.retry_at.is_some_and(|retry_at| retry_at > now)
            && !self.failure.as_ref().is_some_and(ahead)
    }

    /// How long callers wait after the n-th failure in a row: 1 s, 2 s, 4 s … 60 s.
    pub fn backoff(failures: u32) -> Duration {
        Duration::from_secs(1u64 << failures.saturating_sub(1).min(6)).min(Duration::from_secs(60))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn connection(issued: i64, life: Option<i64>) -> Connection {
        Connection {
            id: ConnectionId(Uuid::from_u128(1)),
            project: ProjectId(Uuid::from_u128(2)),
            integration: IntegrationId(Uuid::from_u128(3)),
            user_id: "user".to_owned(),
            status: ConnectionStatus::Valid,
            invalid_reason: None,
            status_since: second(0),
            failure: None,
            external_id: None,
            account: Account::default(),
            method: "default".to_owned(),
            metadata: BTreeMap::new(),
            configurations: vec![Configuration::first(Uuid::from_u128(5), second(0))],
            scopes: None,
            credential: Sealed(Vec::new()),
            version: 1,
            expires_at: life.map(|life| second(issued + life)),
            refresh_due_at: None,
            lease: None,
            interrupted_at: None,
            refresh_failures: 0,
            retry_at: None,
            created_at: second(0),
            updated_at: second(issued),
            refreshed_at: Some(second(issued)),
        }
    }

    proptest! {
        #[test]
        fn a_token_ages_one_way(
            issued in 0i64..1_000_000,
            life in 0i64..100_000,
            margin in 0u64..10_000,
            early in 0i64..200_000,
            later in 0i64..200_000,
        ) {
            let rank = |freshness| match freshness {
                Freshness::Fresh => 0,
                Freshness::Stale => 1,
                Freshness::Expired => 2,
            };
            let margin = Duration::from_secs(margin);
            let connection = connection(issued, Some(life));
            let (first, then) = (issued + early.min(later), issued + early.max(later));
            let before = connection.freshness(second(first), margin);
            let after = connection.freshness(second(then), margin);
            prop_assert!(rank(before) <= rank(after), "{before:?} became {after:?}");
            prop_assert_eq!(after == Freshness::Expired, then >= issued + life);
        }

        #[test]
        fn a_token_just_issued_is_fresh_however_short_it_lives(life in 1i64..100_000, margin in 0u64..10_000) {
            let connection = connection(5, Some(life));
            prop_assert_eq!(connection.freshness(second(5), Duration::from_secs(margin)), Freshness::Fresh);
        }

        #[test]
        fn a_lease_ends_by_itself(until in 0i64..1000, now in 0i64..1000) {
            let mut connection = connection(0, None);
            connection.lease = Some(Lease {
                owner: ProcessId(Uuid::from_u128(4)),
                fence: 1,
                expires_at: second(until),
            });
            prop_assert_eq!(connection.is_leased(second(now)), now < until);
        }

        #[test]
        fn waits_grow_and_are_bounded(failures: u32) {
            let wait = Connection::backoff(failures);
            prop_assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_secs(60));
            prop_assert!(Connection::backoff(failures.saturating_add(1)) >= wait);
        }
    }

    #[test]
    fn a_token_without_an_end_stays_fresh() {
        let connection = connection(0, None);
        assert_eq!(
            connection.freshness(second(1_000_000_000), Duration::from_secs(60)),
            Freshness::Fresh
        );
    }
}
