//! What Patchbay knows of a provider: one TOML file under `catalog/`, schema version 1
//! (`docs/catalog.md`).

mod check;
mod error;
mod names;
mod parse;
mod parse_auth;
mod parse_choices;
mod parse_oauth;
mod raw;
mod template;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use super::connection::Connection;

pub use error::DefinitionError;
pub use template::{RenderError, Template, is_host_label};

/// What a definition is judged by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Networks that are not public, or reached over plain http, and may be called all the same.
    pub egress_allow: Vec<ipnet::IpNet>,
    /// Present for a definition that is built into Patchbay: it may name these.
    pub own: Option<OwnAddresses>,
}

/// Patchbay's own addresses, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAddresses {
    /// `${patchbay_public}`: where browsers find it.
    pub public_url: String,
    /// `${patchbay_internal}`: where it finds itself.
    pub internal_url: String,
}

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub slug: String,
    pub name: String,
    pub category: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    pub website: Option<String>,
    pub docs_url: Option<String>,
    /// Where an admin installs the app's package at the provider before anybody connects.
    pub package_url: Option<String>,
    /// May hold `${…}`.
    pub api_base_url: Template,
    /// Sent with every proxied call.
    pub headers: BTreeMap<String, Template>,
    /// Asked from the user before connecting.
    pub inputs: Vec<FieldSpec>,
    /// Asked once the user has authorised: a site, a workspace.
    pub after: Vec<FieldSpec>,
    /// Lists of choices that the provider has for an account.
    pub sources: Vec<ChoiceSource>,
    /// Scope to what it lets the app do.
    pub scope_labels: BTreeMap<String, String>,
    /// The first is the default.
    pub auth: Vec<AuthMethod>,
    pub verification: Option<Verification>,
    /// Built into Patchbay: needs no registration, and lives in development environments only.
    pub built_in: bool,
}

impl Definition {
    /// Reads one file. `file_name`: as messages should show it; its stem must be the slug.
    pub fn parse(file_name: &str, text: &str, rules: &Rules) -> Result<Self, DefinitionError> {
        parse::parse(file_name, text, rules)
    }

    /// `#rrggbb`: the brand's colour, or a grey where it has none.
    pub fn shown_color(&self) -> &str {
        self.color.as_deref().unwrap_or("#4b5563")
    }

    pub fn default_auth(&self) -> &AuthMethod {
        &self.auth[0]
    }

    pub fn auth(&self, id: &str) -> Option<&AuthMethod> {
        self.auth.iter().find(|method| method.id == id)
    }

    pub fn source(&self, id: &str) -> Option<&ChoiceSource> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// How the connection was made; the default where the definition no longer knows.
    pub fn auth_of(&self, connection: &Connection) -> &AuthMethod {
        self.auth(&connection.method)
            .unwrap_or_else(|| self.default_auth())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMethod {
    /// Distinct within the definition. What connections keep, and SDKs call the account type.
    pub id: String,
    /// What people choose it by; there where the definition has several.
    pub label: Option<String>,
    /// A sentence that helps to choose.
    pub help: Option<String>,
    pub kind: AuthKind,
    pub inject: Inject,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthKind {
    OAuth2(Box<OAuth2>),
    /// What the person types is sent as `inject` says.
    ApiKey {
        fields: Vec<FieldSpec>,
    },
    /// RFC 7617; the templates name the fields.
    Basic {
        fields: Vec<FieldSpec>,
        username: Template,
        password: Template,
    },
}

impl AuthKind {
    pub fn title(&self) -> &'static str {
        match self {
            Self::OAuth2(_) => "OAuth 2.0",
            Self::ApiKey { .. } => "API key",
            Self::Basic { .. } => "Basic",
        }
    }

    pub fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::OAuth2(oauth2) => Some(oauth2),
            _ => None,
        }
    }

    /// The form of the method; of OAuth only where the person brings a client.
    pub fn fields(&self) -> &[FieldSpec] {
        match self {
            Self::OAuth2(oauth2) => &oauth2.client_fields,
            Self::ApiKey { fields } | Self::Basic { fields, .. } => fields,
        }
    }

    fn fields_mut(&mut self) -> Option<&mut Vec<FieldSpec>> {
        match self {
            Self::OAuth2(_) => None,
            Self::ApiKey { fields } | Self::Basic { fields, .. } => Some(fields),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    pub authorization_url: Template,
    pub token_url: Template,
    pub refresh_url: Option<Template>,
    pub revocation_url: Option<Template>,
    /// Exact `iss` (RFC 9207). None: an `iss` must share its origin with an endpoint.
    pub issuer: Option<Template>,
    pub default_scopes: Vec<String>,
    pub scope_separator: String,
    pub client_auth: ClientAuth,
    /// Client id and secret, where the person brings an app of their own; otherwise the company's
    /// is used, and nothing is asked.
    pub client_fields: Vec<FieldSpec>,
    pub token_body: TokenBody,
    pub pkce: bool,
    /// When the provider does not say.
    pub expires_in_default: Option<Duration>,
    /// How long before its end a token is renewed.
    pub refresh_margin: Duration,
    /// A refresh token that is not used for so long dies: it is used before.
    pub refresh_token_idle: Option<Duration>,
    pub authorization_params: BTreeMap<String, String>,
    pub token_params: BTreeMap<String, String>,
    pub token_headers: BTreeMap<String, String>,
    pub token_response: TokenResponseMap,
    /// Metadata name to the callback's query parameter.
    pub callback_metadata: BTreeMap<String, String>,
    pub lookup: Option<Lookup>,
}

impl OAuth2 {
    /// The names of [`Self::client_fields`].
    pub const CLIENT_ID: &'static str = "client_id";
    pub const CLIENT_SECRET: &'static str = "client_secret";

    pub fn brings_client(&self) -> bool {
        !self.client_fields.is_empty()
    }
}

/// How the client proves itself at the token endpoint (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    Basic,
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenBody {
    Form,
    Json,
}

/// Where in the token answer things stand; paths are dot-separated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponseMap {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_in: String,
    pub scope: String,
    /// Metadata name to path.
    pub metadata: BTreeMap<String, String>,
}

impl Default for TokenResponseMap {
    fn default() -> Self {
        Self {
            access_token: "access_token".to_owned(),
            refresh_token: "refresh_token".to_owned(),
            expires_in: "expires_in".to_owned(),
            scope: "scope".to_owned(),
            metadata: BTreeMap::new(),
        }
    }
}

/// One GET after the token, to learn metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    pub url: Template,
    pub metadata: BTreeMap<String, String>,
}

/// How a proxied call carries the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inject {
    pub place: InjectPlace,
    pub value: Template,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InjectPlace {
    /// Lower case.
    Header(String),
    Query(String),
    /// `Authorization: Basic`, computed from username and password.
    BasicAuthorization,
}

/// One input of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    pub name: String,
    pub label: String,
    pub secret: bool,
    pub help: Option<String>,
    pub placeholder: Option<String>,
    /// A regular expression for the whole value.
    pub pattern: Option<String>,
    /// The value becomes part of a host name: it must be a label, whatever the pattern says.
    pub host_label: bool,
    pub choices: Choices,
}

/// What a field takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choices {
    #[default]
    Free,
    /// One of these.
    Listed(Vec<Choice>),
    /// One of what the provider tells, by the id of a [`ChoiceSource`].
    Source(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// A list at the provider, read with the account's own credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceSource {
    pub id: String,
    pub title: String,
    pub at: CallAt,
    /// Path to the list in the answer; empty where the answer is the list.
    pub items: String,
    /// Paths in one of its items.
    pub value: String,
    pub label: String,
    /// Query parameter for what people type to find a choice.
    pub search: Option<String>,
    /// Query parameter of the page, and the path in the answer to the next one.
    pub cursor: Option<(String, String)>,
    /// The name under which its address takes what was chosen in another list.
    pub parameter: Option<String>,
}

/// A cheap call that proves a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// `GET`, `POST`, `HEAD`.
    pub method: String,
    pub at: CallAt,
    /// Path in the JSON answer.
    pub account_name: Option<String>,
    pub account_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallAt {
    /// Below `api_base_url`.
    Path(Template),
    Url(Template),
}
