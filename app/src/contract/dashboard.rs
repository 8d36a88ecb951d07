//! What the dashboard's pages show.

use serde::{Deserialize, Serialize};

use super::{
    portal::{Field, FieldOption},
    setting::Setting,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// Everything but operators and signing keys.
    Member,
    /// Looks and disconnects, changes nothing else.
    Support,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    Development,
    Staging,
    Production,
}

impl Environment {
    pub const ALL: [Self; 3] = [Self::Development, Self::Staging, Self::Production];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// As a heading: `Development`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Development => "Development",
            Self::Staging => "Staging",
            Self::Production => "Production",
        }
    }
}

/// Who is signed in, and what they can switch to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub email: String,
    pub role: Role,
    pub projects: Vec<ProjectRow>,
}

/// A project with its environments; each environment has a project id of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRow {
    pub name: String,
    pub environments: Vec<EnvironmentRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentRow {
    pub environment: Environment,
    pub project_id: String,
}

/// The first-run checklist and the figures of the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub has_active_integration: bool,
    pub has_signing_key: bool,
    /// The portal was opened from an allowed origin at least once, or an origin was added.
    pub has_embedded: bool,
    pub has_connection: bool,
    pub active_integrations: u32,
    pub connected_users: u32,
    pub connections: u32,
    pub needs_attention: u32,
    /// The demo's address, where it is served.
    pub demo_url: Option<String>,
}

/// A provider in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogRow {
    pub slug: String,
    pub name: String,
    pub category: String,
    pub logo: Option<String>,
    pub color: Option<String>,
    /// `OAuth 2.0`, `API key`, `Basic`.
    pub auth: String,
    /// Set up in this project already.
    pub added: bool,
}

/// An integration of a project, in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationRow {
    pub integration_type: String,
    pub name: String,
    pub category: String,
    pub logo: Option<String>,
    pub color: Option<String>,
    pub active: bool,
    pub users: u32,
    pub to_mend: u32,
}

/// An integration's Overview page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationDetail {
    pub row: IntegrationRow,
    pub integration_id: String,
    pub redirect_uri: String,
    pub docs_url: Option<String>,
    pub auth: String,
    /// OAuth settings; none for key integrations.
    pub oauth: Option<OAuthSettings>,
    /// The form a user fills in; empty for plain OAuth.
    pub fields: Vec<Field>,
    /// Why it cannot be activated yet, in one sentence.
    pub blocked_by: Option<String>,
    /// What users are asked for.
    pub settings: Vec<Setting>,
    /// The provider's lists, of which settings can be made.
    pub lists: Vec<FieldOption>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthSettings {
    pub client_id: Option<String>,
    /// Whether a secret is stored; the secret itself never leaves the vault.
    pub has_client_secret: bool,
    pub scopes: Vec<String>,
    pub default_scopes: Vec<String>,
    /// The built-in sandbox needs no registration.
    pub built_in: bool,
    pub browser: BrowserSettings,
}

/// What browsers may have of an OAuth integration; nothing unless an operator says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSettings {
    /// The access token, in the browser of the account's own user.
    pub access_token: bool,
    /// Pages of the app that may take authorization codes.
    pub redirect_urls: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    pub key_id: String,
    /// `22 Nov 2026`.
    pub created: String,
}

/// An identity provider whose tokens a project takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// `iss` of its tokens, to the letter.
    pub issuer: String,
    /// Where its keys are. None: its discovery document tells.
    pub jwks_url: Option<String>,
    /// `aud` of the tokens that are meant for the project.
    pub audience: String,
    /// The claim that is the user id.
    pub user_claim: String,
}

/// A fresh signing key. The private half is shown once and stored nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    pub key_id: String,
    pub private_key_pem: String,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// What the SDK page needs to write its snippets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SdkSetup {
    pub public_url: String,
    pub keys: Vec<KeyRow>,
    pub issuers: Vec<IdentityProvider>,
    /// An integration to use in the snippets.
    pub sample_type: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    pub origins: Vec<String>,
    /// A development environment also takes every loopback origin.
    pub loopback_allowed: bool,
}

/// One page of connected users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersPage {
    pub users: Vec<UserRow>,
    pub total: u32,
    /// First page is 1.
    pub page: u32,
    pub page_size: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    pub user_id: String,
    pub connections: Vec<ConnectionRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    /// Its owner has yet to answer something.
    Pending,
    Valid,
    Refreshing,
    NeedsReauth,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRow {
    pub connection_id: String,
    pub integration_type: String,
    pub integration_name: String,
    pub logo: Option<String>,
    pub color: Option<String>,
    pub account: Option<String>,
    pub state: ConnectionState,
    /// Why it needs its owner, or why it could not be renewed, in one sentence.
    pub reason: Option<String>,
    /// The provider's own words for it.
    pub said: Option<String>,
    /// Since when it has this state: `22 Nov 2026`.
    pub since: String,
}

/// What the users' page shows of links to hosted pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinksPage {
    /// Types and names of what can be connected.
    pub integrations: Vec<(String, String)>,
    /// The latest, newest first.
    pub links: Vec<LinkRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkRow {
    pub link_id: String,
    pub recipient: String,
    pub integration_name: String,
    pub state: LinkProgress,
    /// When that came about: `22 Nov 2026, 10:30 UTC`.
    pub at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkProgress {
    /// It can be opened until then.
    Created,
    Expired,
    Opened,
    Completed,
}

/// A link just made. Its address is not shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewLink {
    pub recipient: String,
    pub url: String,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink")
            .field("recipient", &self.recipient)
            .finish_non_exhaustive()
    }
}

/// What an operator says of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedLink {
    pub user_id: String,
    pub integration_type: String,
    pub name: Option<String>,
    /// Seconds.
    pub lifetime: u32,
}
