//! What became of connections, for the project's back end.

pub use app::contract::event::EventType;
use serde_json::{Map, Value, json};

use super::{
    Timestamp,
    connection::{Connection, InvalidReason},
    id::{ConnectionId, EventId, IntegrationId, ProjectId},
    revocation::{Outcome, Revocation, TokenOutcome},
};

/// The connection that an event is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub project: ProjectId,
    pub connection: ConnectionId,
    pub integration: IntegrationId,
    pub user_id: String,
}

impl From<&Connection> for Subject {
    fn from(connection: &Connection) -> Self {
        Self {
            project: connection.project,
            connection: connection.id,
            integration: connection.integration,
            user_id: connection.user_id.clone(),
        }
    }
}

impl From<&Revocation> for Subject {
    fn from(revocation: &Revocation) -> Self {
        Self {
            project: revocation.project,
            connection: revocation.id,
            integration: revocation.integration,
            user_id: revocation.user_id.clone(),
        }
    }
}

/// What happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Created,
    Refreshed {
        /// When the new access token ends, where known.
        expires_at: Option<Timestamp>,
    },
    NeedsReauth(InvalidReason),
    Reauthorized,
    ScopesChanged {
        before: Vec<String>,
        after: Vec<String>,
    },
    Revoked(Outcome),
    Deleted,
}

impl Change {
    /// None: the provider grants what it granted before, or does not say what.
    pub fn of_scopes(before: Option<&[String]>, after: Option<&[String]>) -> Option<Self> {
        let (before, after) = (sorted(before?), sorted(after?));
        (before != after).then_some(Self::ScopesChanged { before, after })
    }

    pub fn event_type(&self) -> EventType {
        match self {
            Self::Created => EventType::Created,
            Self::Refreshed { .. } => EventType::Refreshed,
            Self::NeedsReauth(_) => EventType::NeedsReauth,
            Self::Reauthorized => EventType::Reauthorized,
            Self::ScopesChanged { .. } => EventType::ScopesChanged,
            Self::Revoked(_) => EventType::Revoked,
            Self::Deleted => EventType::Deleted,
        }
    }

    /// What is told beside the connection. Holds no secret.
    pub fn details(&self) -> Map<String, Value> {
        let details = match self {
            Self::Created | Self::Reauthorized | Self::Deleted => json!({}),
            Self::Refreshed { expires_at: None } => json!({}),
            Self::Refreshed {
                expires_at: Some(end),
            } => json!({ "expiresAt": end.to_string() }),
            Self::NeedsReauth(reason) => {
                json!({ "reason": reason.as_str(), "message": reason.sentence() })
            }
            Self::ScopesChanged { before, after } => json!({ "before": before, "after": after }),
            Self::Revoked(outcome) => json!({
                "outcome": outcome.worst().as_str(),
                "refreshToken": outcome.refresh_token.map(TokenOutcome::as_str),
                "accessToken": outcome.access_token.map(TokenOutcome::as_str),
            }),
        };
        match details {
            Value::Object(details) => details,
            _ => Map::new(),
        }
    }
}

fn sorted(scopes: &[String]) -> Vec<String> {
    let mut scopes = scopes.to_vec();
    scopes.sort();
    scopes.dedup();
    scopes
}

/// An event on its way into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub id: EventId,
    pub subject: Subject,
    pub change: Change,
    pub happened_at: Timestamp,
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub project: ProjectId,
    /// Its place among the project's events: 1, 2, 3 …
    pub position: i64,
    pub event_type: EventType,
    pub connection: ConnectionId,
    /// The integration's type.
    pub integration_type: String,
    pub user_id: String,
    /// As [`Change::details`].
    pub details: Map<String, Value>,
    pub happened_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        text.split_whitespace().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn scopes_change_only_where_both_are_known_and_differ() {
        let judge = |before: Option<&str>, after: Option<&str>| {
            let (before, after) = (before.map(list), after.map(list));
            Change::of_scopes(before.as_deref(), after.as_deref())
        };
        assert_eq!(judge(Some("a b"), Some("b a a")), None);
        assert_eq!(judge(None, Some("a")), None);
        assert_eq!(judge(Some("a"), None), None);
        let changed = Change::ScopesChanged {
            before: list("a b"),
            after: list("a"),
        };
        assert_eq!(judge(Some("b a"), Some("a")), Some(changed));
    }

    #[test]
    fn what_became_of_each_token_is_told() {
        let outcome = Outcome {
            refresh_token: Some(TokenOutcome::Revoked),
            access_token: None,
        };
        let told = Value::Object(Change::Revoked(outcome).details());
        let expected = json!({
            "outcome": "revoked",
            "refreshToken": "revoked",
            "accessToken": null,
        });
        assert_eq!(told, expected);
    }
}
