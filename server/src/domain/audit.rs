//! The audit trail: who of the people who run Patchbay did what. Its entries form a chain.

use super::{
    Timestamp,
    id::{OperatorId, ProjectId},
};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// None: whoever can run the binary with the database and its key.
    pub operator: Option<OperatorId>,
    /// As they were called at that time: an e-mail address.
    pub name: String,
}

impl Actor {
    /// How the command line is named.
    pub const CONSOLE: &str = "console";
}

/// What was done. The names stand in the database: none is ever given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    OperatorCreated,
    OperatorSignedIn,
    ProjectCreated,
    KeyCreated,
    KeyRevoked,
    ApiKeyCreated,
    ApiKeyRevoked,
    WebhookAdded,
    WebhookSecretReplaced,
    WebhookDisabled,
    WebhookEnabled,
    WebhookRemoved,
    WebhookReplayed,
    OriginAdded,
    OriginRemoved,
    IssuerAdded,
    IssuerRemoved,
    IntegrationSet,
    AppearanceSet,
    LinkCreated,
    ConnectionDisconnected,
    ConnectionsRevoked,
    ConnectionsImported,
    ConnectionsExported,
    SecretRead,
    EncryptionKeyAdded,
    EncryptionKeyPromoted,
    EncryptionKeyRetired,
    BackupCreated,
    BackupRestored,
}

impl Action {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OperatorCreated => "operator.created",
            Self::OperatorSignedIn => "operator.signed_in",
            Self::ProjectCreated => "project.created",
            Self::KeyCreated => "key.created",
            Self::KeyRevoked => "key.revoked",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::WebhookAdded => "webhook.added",
            Self::WebhookSecretReplaced => "webhook.secret_replaced",
            Self::WebhookDisabled => "webhook.disabled",
            Self::WebhookEnabled => "webhook.enabled",
            Self::WebhookRemoved => "webhook.removed",
            Self::WebhookReplayed => "webhook.replayed",
            Self::OriginAdded => "origin.added",
            Self::OriginRemoved => "origin.removed",
            Self::IssuerAdded => "issuer.added",
            Self::IssuerRemoved => "issuer.removed",
            Self::IntegrationSet => "integration.set",
            Self::AppearanceSet => "appearance.set",
            Self::LinkCreated => "link.created",
            Self::ConnectionDisconnected => "connection.disconnected",
            Self::ConnectionsRevoked => "connections.revoked",
            Self::ConnectionsImported => "connections.imported",
            Self::ConnectionsExported => "connections.exported",
            Self::SecretRead => "secret.read",
            Self::EncryptionKeyAdded => "encryption_key.added",
            Self::EncryptionKeyPromoted => "encryption_key.promoted",
            Self::EncryptionKeyRetired => "encryption_key.retired",
            Self::BackupCreated => "backup.created",
            Self::BackupRestored => "backup.restored",
        }
    }
}

/// SHA-256: of an entry and of all before it.
pub type Link = [u8; 32];

/// One entry, as it is stored: what was written is what is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counts from 1, without a gap.
    pub number: i64,
    pub at: Timestamp,
    pub actor: Actor,
    /// An [`Action`] of this release or of an older one.
    pub action: String,
    pub project: Option<ProjectId>,
    /// What it was done to: an id, an address, a type.
    pub subject: String,
    /// JSON. Names of what changed, never a secret's value.
    pub detail: String,
    pub link: Link,
}

/// Where the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Of the last entry; 0 where there is none.
    pub number: i64,
    pub link: Link,
}

impl End {
    /// Where every chain begins.
    pub const START: Self = Self {
        number: 0,
        link: [0; 32],
    };

    /// Where a chain ends whose last entry is this one.
    pub fn of(entry: &Entry) -> Self {
        Self {
            number: entry.number,
            link: entry.link,
        }
    }
}

impl Entry {
    /// What is hashed: the link before, and everything else of the entry, as a JSON array. JSON keeps
    /// the fields apart whatever is in them.
    pub fn text(&self, before: &Link) -> String {
        let operator = self.actor.operator.map(|id| id.to_string());
        let project = self.project.map(|id| id.to_string());
        serde_json::json!([
            before,
            self.number,
            self.at.as_microsecond(),
            operator,
            self.actor.name,
            self.action,
            project,
            self.subject,
            self.detail,
        ])
        .to_string()
    }
}

/// What is wrong with a chain, at the first entry that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// An entry between others is gone.
    Missing,
    /// The entry, or one before it, is not what was written.
    Altered,
    /// Entries at the end are gone.
    Cut,
    /// The chain has another entry where it was said to have this one.
    Replaced,
}

impl Flaw {
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "the entry is missing",
            Self::Altered => "the entry, or one before it, was altered",
            Self::Cut => "this entry and what followed are missing",
            Self::Replaced => "the chain is not the one that was noted",
        }
    }
}
