//! An `[[auth]]` table as it is written.

use serde::Deserialize;
use toml::Spanned;

use super::raw::{Map, RawField, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAuth {
    #[serde(rename = "type")]
    pub kind: Text,
    pub id: Option<Text>,
    pub label: Option<Text>,
    pub help: Option<Text>,
    pub inject: Option<Spanned<RawInject>>,
    pub fields: Option<Vec<RawField>>,
    pub tls: Option<Spanned<RawTls>>,
    pub errors: Option<Vec<Spanned<RawAnswer>>>,

    pub client: Option<RawClient>,
    pub token_url: Option<Text>,
    pub refresh_url: Option<Text>,
    pub revocation_url: Option<Text>,
    pub introspection_url: Option<Text>,
    pub issuer: Option<Text>,
    pub default_scopes: Option<Vec<Text>>,
    pub scope_separator: Option<Text>,
    pub client_auth: Option<RawClientAuth>,
    pub token_body: Option<RawTokenBody>,
    pub expires_in_default: Option<Spanned<i64>>,
    pub refresh_margin: Option<Spanned<i64>>,
    pub refresh_token_idle: Option<Spanned<i64>>,
    pub token_params: Option<Map>,
    pub token_headers: Option<Map>,
    pub token_response: Option<RawTokenResponse>,
    pub lookup: Option<RawLookup>,
    pub parameters: Option<Map>,
    pub request: Option<Vec<Spanned<RawStep>>>,
    pub renew: Option<Vec<Spanned<RawStep>>>,
    pub renewal: Option<Spanned<RawRenewal>>,
    pub assertion: Option<Spanned<RawAssertion>>,

    pub authorization_url: Option<Text>,
    pub authorization_params: Option<Map>,
    pub par_url: Option<Text>,
    pub pkce: Option<bool>,
    pub code_parameter: Option<Text>,
    pub callback_metadata: Option<Map>,
    pub trust_callback: Option<bool>,

    pub request_token_url: Option<Text>,
    pub signature_method: Option<Text>,

    pub username: Option<Text>,
    pub password: Option<Text>,

    pub sigv4: Option<Spanned<RawSigV4>>,
}

/// Fields that go together. What of them a type takes is said where the type is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Form,
    Tokens,
    /// Of RFC 6749's own requests.
    OAuth2,
    Authorization,
    OAuth1,
    Basic,
    SigV4,
}

impl Group {
    /// To whom a field of the group belongs, for a message.
    fn belongs_to(self) -> &'static str {
        match self {
            Self::Form => "belongs to the types with a form; ask before connecting with [[inputs]]",
            Self::Tokens => "belongs to the types that get tokens; take it out",
            Self::OAuth2 => "belongs to the types of OAuth 2.0; take it out",
            Self::Authorization => "belongs to oauth2_authorization_code; take it out",
            Self::OAuth1 => "belongs to oauth1; take it out",
            Self::Basic => "belongs to basic; take it out",
            Self::SigV4 => "belongs to aws_sigv4; take it out",
        }
    }
}

impl RawAuth {
    pub fn brings_client(&self) -> bool {
        matches!(self.client, Some(RawClient::User))
    }

    /// A field that is there and of none of the groups, and what to say of it.
    pub fn first_outside(&self, groups: &[Group]) -> Option<(&'static str, &'static str)> {
        self.grouped()
            .into_iter()
            .find(|(_, group, there)| *there && !groups.contains(group))
            .map(|(name, group, _)| (name, group.belongs_to()))
    }

    fn grouped(&self) -> [(&'static str, Group, bool); 36] {
        use Group::{Authorization, Basic, Form, OAuth1, OAuth2, SigV4, Tokens};
        [
            ("fields", Form, self.fields.is_some()),
            ("username", Basic, self.username.is_some()),
            ("password", Basic, self.password.is_some()),
            ("sigv4", SigV4, self.sigv4.is_some()),
            (
                "authorization_url",
                Authorization,
                self.authorization_url.is_some(),
            ),
            (
                "authorization_params",
                Authorization,
                self.authorization_params.is_some(),
            ),
            ("par_url", Authorization, self.par_url.is_some()),
            ("pkce", Authorization, self.pkce.is_some()),
            (
                "code_parameter",
                Authorization,
                self.code_parameter.is_some(),
            ),
            (
                "callback_metadata",
                Authorization,
                self.callback_metadata.is_some(),
            ),
            (
                "trust_callback",
                Authorization,
                self.trust_callback.is_some(),
            ),
            (
                "request_token_url",
                OAuth1,
                self.request_token_url.is_some(),
            ),
            ("signature_method", OAuth1, self.signature_method.is_some()),
            ("client", Tokens, self.client.is_some()),
            ("token_url", Tokens, self.token_url.is_some()),
            ("token_response", Tokens, self.token_response.is_some()),
            ("lookup", Tokens, self.lookup.is_some()),
            ("refresh_url", OAuth2, self.refresh_url.is_some()),
            ("revocation_url", OAuth2, self.revocation_url.is_some()),
            (
                "introspection_url",
                OAuth2,
                self.introspection_url.is_some(),
            ),
            ("issuer", OAuth2, self.issuer.is_some()),
            ("default_scopes", OAuth2, self.default_scopes.is_some()),
            ("scope_separator", OAuth2, self.scope_separator.is_some()),
            ("client_auth", OAuth2, self.client_auth.is_some()),
            ("token_body", OAuth2, self.token_body.is_some()),
            (
                "expires_in_default",
                OAuth2,
                self.expires_in_default.is_some(),
            ),
            ("refresh_margin", OAuth2, self.refresh_margin.is_some()),
            (
                "refresh_token_idle",
                OAuth2,
                self.refresh_token_idle.is_some(),
            ),
            ("token_params", OAuth2, self.token_params.is_some()),
            ("token_headers", OAuth2, self.token_headers.is_some()),
            ("parameters", OAuth2, self.parameters.is_some()),
            ("request", OAuth2, self.request.is_some()),
            ("renew", OAuth2, self.renew.is_some()),
            ("renewal", OAuth2, self.renewal.is_some()),
            ("assertion", OAuth2, self.assertion.is_some()),
            ("errors", Tokens, self.errors.is_some()),
        ]
    }
}

/// Whose app at the provider.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawClient {
    Company,
    User,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawClientAuth {
    Basic,
    Body,
    PrivateKeyJwt,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawTokenBody {
    Form,
    Json,
    Query,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawRenewal {
    RefreshToken,
    Again,
    Never,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTokenResponse {
    pub access_token: Option<Text>,
    pub refresh_token: Option<Text>,
    pub expires_in: Option<Text>,
    pub expires_in_unit: Option<RawUnit>,
    pub expires_at: Option<Text>,
    pub scope: Option<Text>,
    #[serde(default)]
    pub metadata: Map,
    #[serde(default)]
    pub secrets: Map,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawUnit {
    Seconds,
    Milliseconds,
}

/// `[[auth.request]]`, `[[auth.renew]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    pub method: Option<Text>,
    pub url: Text,
    #[serde(default)]
    pub headers: Map,
    #[serde(default)]
    pub params: Map,
    pub body: Option<RawTokenBody>,
    pub client_auth: Option<RawClientAuth>,
    pub basic: Option<RawPair>,
    #[serde(default)]
    pub take: Map,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPair {
    pub username: Text,
    pub password: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAssertion {
    pub key: Text,
    pub algorithm: Option<Text>,
    pub lifetime: Option<Spanned<i64>>,
    pub audience: Option<Text>,
    #[serde(default)]
    pub header: Map,
    #[serde(default)]
    pub claims: Map,
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
    pub body: Option<Text>,
    pub value: Option<Text>,
    pub cookie: Option<Text>,
    #[serde(default)]
    pub headers: Map,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTls {
    pub certificate: Option<Text>,
    pub key: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSigV4 {
    pub service: Text,
    pub region: Text,
    pub access_key_id: Option<Text>,
    pub secret_access_key: Option<Text>,
    pub session_token: Option<Text>,
}

/// `[[auth.errors]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAnswer {
    pub status: Option<Spanned<i64>>,
    pub at: Option<Text>,
    pub equals: Option<Text>,
    pub contains: Option<Text>,
    pub means: Spanned<RawMeaning>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawMeaning {
    GrantRefused,
    ConsentRevoked,
    ScopesChanged,
    ClientRefused,
    RequestRefused,
    RateLimited,
    Outage,
}
