//! The file as it is written. Every table refuses fields that it does not know.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{ClientAuth, TokenBody};

pub type Text = Spanned<String>;
pub type Map = BTreeMap<String, Text>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    pub schema: Option<Spanned<i64>>,
    pub slug: Text,
    pub name: Text,
    pub category: Text,
    pub color: Option<Text>,
    pub website: Option<Text>,
    pub docs_url: Option<Text>,
    pub package_url: Option<Text>,
    pub api_base_url: Text,
    #[serde(default)]
    pub headers: Map,
    #[serde(default)]
    pub inputs: Vec<RawField>,
    #[serde(default)]
    pub sources: Vec<RawSource>,
    #[serde(default)]
    pub scope_labels: Map,
    #[serde(default)]
    pub auth: Vec<Spanned<RawAuth>>,
    pub verification: Option<Spanned<RawVerification>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawField {
    pub name: Text,
    pub label: Text,
    #[serde(default)]
    pub secret: bool,
    pub help: Option<Text>,
    pub placeholder: Option<Text>,
    pub pattern: Option<Text>,
    pub ask: Option<Spanned<RawAsk>>,
    pub options: Option<Spanned<Vec<RawOption>>>,
    pub source: Option<Text>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawAsk {
    Before,
    After,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOption {
    pub value: Text,
    pub label: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    pub id: Text,
    pub title: Text,
    pub path: Option<Text>,
    pub url: Option<Text>,
    pub items: Option<Text>,
    pub value: Text,
    pub label: Text,
    pub search: Option<Text>,
    pub parameter: Option<Text>,
    pub cursor: Option<Text>,
    pub next: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAuth {
    #[serde(rename = "type")]
    pub kind: Text,
    pub id: Option<Text>,
    pub label: Option<Text>,
    pub help: Option<Text>,
    pub client: Option<RawClient>,
    pub authorization_url: Option<Text>,
    pub token_url: Option<Text>,
    pub refresh_url: Option<Text>,
    pub revocation_url: Option<Text>,
    pub issuer: Option<Text>,
    pub default_scopes: Option<Vec<Text>>,
    pub scope_separator: Option<Text>,
    pub client_auth: Option<RawClientAuth>,
    pub token_body: Option<RawTokenBody>,
    pub pkce: Option<bool>,
    pub expires_in_default: Option<Spanned<i64>>,
    pub refresh_margin: Option<Spanned<i64>>,
    pub refresh_token_idle: Option<Spanned<i64>>,
    pub authorization_params: Option<Map>,
    pub token_params: Option<Map>,
    pub token_headers: Option<Map>,
    pub token_response: Option<RawTokenResponse>,
    pub callback_metadata: Option<Map>,
    pub lookup: Option<RawLookup>,
    pub inject: Option<Spanned<RawInject>>,
    pub fields: Option<Vec<RawField>>,
    pub username: Option<Text>,
    pub password: Option<Text>,
}

impl RawAuth {
    pub fn brings_client(&self) -> bool {
        matches!(self.client, Some(RawClient::User))
    }

    /// A field that only OAuth has, if one is there.
    pub fn first_of_oauth(&self) -> Option<&'static str> {
        [
            ("authorization_url", self.authorization_url.is_some()),
            ("token_url", self.token_url.is_some()),
            ("refresh_url", self.refresh_url.is_some()),
            ("revocation_url", self.revocation_url.is_some()),
            ("issuer", self.issuer.is_some()),
            ("default_scopes", self.default_scopes.is_some()),
            ("scope_separator", self.scope_separator.is_some()),
            ("client", self.client.is_some()),
            ("client_auth", self.client_auth.is_some()),
            ("token_body", self.token_body.is_some()),
            ("pkce", self.pkce.is_some()),
            ("expires_in_default", self.expires_in_default.is_some()),
            ("refresh_margin", self.refresh_margin.is_some()),
            ("refresh_token_idle", self.refresh_token_idle.is_some()),
            ("authorization_params", self.authorization_params.is_some()),
            ("token_params", self.token_params.is_some()),
            ("token_headers", self.token_headers.is_some()),
            ("token_response", self.token_response.is_some()),
            ("callback_metadata", self.callback_metadata.is_some()),
            ("lookup", self.lookup.is_some()),
        ]
        .into_iter()
        .find_map(|(name, there)| there.then_some(name))
    }

    /// A field that only Basic has, if one is there.
    pub fn first_of_basic(&self) -> Option<&'static str> {
        match (&self.username, &self.password) {
            (Some(_), _) => Some("username"),
            (_, Some(_)) => Some("password"),
            _ => None,
        }
    }
}

/// Whose app at the provider.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawClient {
    Company,
    User,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawClientAuth {
    Basic,
    Body,
}

impl From<RawClientAuth> for ClientAuth {
    fn from(raw: RawClientAuth) -> Self {
        match raw {
            RawClientAuth::Basic => Self::Basic,
            RawClientAuth::Body => Self::Body,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawTokenBody {
    Form,
    Json,
}

impl From<RawTokenBody> for TokenBody {
    fn from(raw: RawTokenBody) -> Self {
        match raw {
            RawTokenBody::Form => Self::Form,
            RawTokenBody::Json => Self::Json,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTokenResponse {
    pub access_token: Option<Text>,
    pub refresh_token: Option<Text>,
    pub expires_in: Option<Text>,
    pub scope: Option<Text>,
    #[serde(default)]
    pub metadata: Map,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLookup {
    pub url: Text,
    pub metadata: Map,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawInject {
    pub header: Option<Text>,
    pub query: Option<Text>,
    pub value: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawVerification {
    pub method: Option<Text>,
    pub path: Option<Text>,
    pub url: Option<Text>,
    pub account_name: Option<Text>,
    pub account_id: Option<Text>,
}
