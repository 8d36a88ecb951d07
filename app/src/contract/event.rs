//! What is told of connections, and what a back end may do with an API key. Adding a name is an API
//! change.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// An account was connected, and its owner has answered what there was to answer.
    #[serde(rename = "connection.created")]
    Created,
    /// Its access token was renewed.
    #[serde(rename = "connection.refreshed")]
    Refreshed,
    /// The provider refused for good: the owner must connect again.
    #[serde(rename = "connection.needs_reauth")]
    NeedsReauth,
    /// The owner connected it again.
    #[serde(rename = "connection.reauthorized")]
    Reauthorized,
    /// The provider grants other scopes than before.
    #[serde(rename = "connection.scopes_changed")]
    ScopesChanged,
    /// The provider was told that it ended, or was given up.
    #[serde(rename = "connection.revoked")]
    Revoked,
    /// It ended here: nobody uses it from there on.
    #[serde(rename = "connection.deleted")]
    Deleted,
}

impl EventType {
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Refreshed,
        Self::NeedsReauth,
        Self::Reauthorized,
        Self::ScopesChanged,
        Self::Revoked,
        Self::Deleted,
    ];

    /// As it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "connection.created",
            Self::Refreshed => "connection.refreshed",
            Self::NeedsReauth => "connection.needs_reauth",
            Self::Reauthorized => "connection.reauthorized",
            Self::ScopesChanged => "connection.scopes_changed",
            Self::Revoked => "connection.revoked",
            Self::Deleted => "connection.deleted",
        }
    }

    /// What it tells, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::Created => "An account was connected.",
            Self::Refreshed => "Its access token was renewed: often every hour for each account.",
            Self::NeedsReauth => "The provider refused for good. Ask the user to connect again.",
            Self::Reauthorized => "The user connected it again.",
            Self::ScopesChanged => "The provider grants other scopes than before.",
            Self::Revoked => "The provider was told that it ended, or was given up.",
            Self::Deleted => "It ended here. Nobody uses it any more.",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// What an API key allows. Each is asked for by a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApiScope {
    /// Reading the events of the project.
    #[serde(rename = "events:read")]
    EventsRead,
}

impl ApiScope {
    pub const ALL: [Self; 1] = [Self::EventsRead];

    /// As it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventsRead => "events:read",
        }
    }

    /// What it allows, for people.
    pub fn about(self) -> &'static str {
        match self {
            Self::EventsRead => "Reading the events of this environment.",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for known in EventType::ALL {
            let json = serde_json::to_value(known).unwrap();
            assert_eq!(json, known.as_str());
            assert_eq!(EventType::parse(known.as_str()), Some(known));
        }
        for known in ApiScope::ALL {
            let json = serde_json::to_value(known).unwrap();
            assert_eq!(json, known.as_str());
            assert_eq!(ApiScope::parse(known.as_str()), Some(known));
        }
    }
}
