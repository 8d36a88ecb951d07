//! Ids. UUIDv7, so that rows of one time lie together.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

id! {
    /// One environment of a project: what callers know as the project id.
    ProjectId,
    /// What the environments of one project share.
    FamilyId,
    KeyId,
    /// A key of a back end.
    ApiKeyId,
    IntegrationId,
    IssuerId,
    ConnectionId,
    EventId,
    /// Where events are sent.
    EndpointId,
    FlowId,
    /// A link to a hosted page.
    LinkId,
    OperatorId,
    /// To end many connections at once.
    OrderId,
    /// A running process, as owner of refresh leases.
    ProcessId,
}
