//! The calls of the portal while it connects an account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ErrorCode, user::Credential};

/// Who the portal acts for. The token came from the host page and lives in memory only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortalSession {
    pub project_id: String,
    pub user_token: String,
    /// Which of the user's accounts it is about.
    #[serde(default)]
    pub account: AccountChoice,
}

/// Which account a portal is about, where a user may have several of one integration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AccountChoice {
    /// The id of an account, its external id, or `ext:` and that. None: the oldest.
    pub selected_credential_id: Option<String>,
    /// The app's own name for the account that is to be connected.
    pub external_id: Option<String>,
    /// A new account goes beside those there are.
    pub allow_multiple_credentials: bool,
}

impl std::fmt::Debug for PortalSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalSession")
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}

/// What the person typed into the form of a provider: field name to value.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValues(pub BTreeMap<String, String>);

impl std::fmt::Debug for FieldValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What `connect` led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConnectOutcome {
    /// OAuth: the window must present the ticket to begin. Both end with the flow.
    Window { flow_id: String, ticket: Ticket },
    /// Keys: checked with the provider and stored.
    Connected { credential: Box<Credential> },
}

/// Lets one window begin one flow; single use.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticket(pub String);

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where an OAuth flow stands, as the portal polls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FlowStatus {
    /// The person has not finished in the window.
    Pending,
    /// The provider sent the person back; the code is being exchanged.
    Checking,
    Connected {
        credential: Box<Credential>,
    },
    Failed {
        code: ErrorCode,
        message: String,
    },
    /// Ten minutes went by.
    Expired,
    Cancelled,
}

/// What a disconnect did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disconnected {
    /// What became of the grant at the provider: of several tokens, the one that leaves most to do.
    pub revocation: Revocation,
    /// What became of each token; empty where there was nothing to revoke, as with a key.
    pub tokens: Vec<RevokedToken>,
    /// The provider did not answer, and is asked again for a day.
    pub retrying: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokedToken {
    pub token: TokenKind,
    pub revocation: Revocation,
}

/// RFC 7009 §2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    RefreshToken,
    AccessToken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// The provider confirmed.
    Revoked,
    /// The provider has no way to revoke: the person can remove access in its settings.
    NotSupported,
    /// The provider did not confirm.
    Failed,
}
