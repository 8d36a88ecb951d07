//! Tokens that a provider hands out: how one is asked for, read, renewed and ended.
//!
//! Whatever the standard, it comes down to requests ([`Step`]) whose answers hold values. The ways
//! with a name of their own (authorization code, client credentials, JWT bearer) are steps that the
//! reader of the file writes down; a definition can write others.

use std::{collections::BTreeMap, time::Duration};

use super::{FieldSpec, Template};
use crate::domain::token_set::CredentialFields;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// For people: `OAuth 2.0`.
    pub title: &'static str,
    /// Where the person authorises first. None: Patchbay asks by itself.
    pub authorization: Option<Authorization>,
    pub client: ClientOwner,
    /// What the person types: an app of their own, a key.
    pub fields: Vec<FieldSpec>,
    /// Signed anew for each request that names `${assertion}` (RFC 7523).
    pub assertion: Option<Assertion>,
    /// Endpoints that no field names are those of this issuer's metadata (RFC 8414).
    pub discovery: Option<Template>,
    /// One after the other, until the last answer holds the token. Never empty.
    pub request: Vec<Step>,
    pub renewal: Renewal,
    /// RFC 7009.
    pub revocation: Option<Step>,
    /// RFC 7662; asked for the end of a token whose answer does not tell.
    pub introspection: Option<Step>,
    pub response: TokenResponseMap,
    pub default_scopes: Vec<String>,
    pub scope_separator: String,
    /// When the provider does not say.
    pub expires_in_default: Option<Duration>,
    /// How long before its end a token is renewed.
    pub refresh_margin: Duration,
    /// A refresh token that is not used for so long dies: it is used before.
    pub refresh_token_idle: Option<Duration>,
    pub lookup: Option<Lookup>,
}

impl Tokens {
    /// The names under which [`Self::fields`] hold a person's own client.
    pub const CLIENT_ID: &'static str = "client_id";
    pub const CLIENT_SECRET: &'static str = "client_secret";

    /// The secret of an OAuth 1.0a token, and the temporary token of a flow (RFC 5849 §2).
    pub const TOKEN_SECRET: &'static str = "token_secret";
    pub const TEMPORARY: &'static str = "temporary_token";

    pub fn brings_client(&self) -> bool {
        self.client == ClientOwner::Person
    }

    /// Whether a credential that holds `fields` is renewed without its owner.
    pub fn is_renewable(&self, fields: &CredentialFields) -> bool {
        match &self.renewal {
            Renewal::Again => true,
            Renewal::Never => false,
            Renewal::Steps(steps) => {
                let token = |name| steps.iter().any(|step| step.names().any(|n| n == name));
                let has = |name| !token(name) || fields.get(name).is_some();
                has(CredentialFields::REFRESH_TOKEN) && has(CredentialFields::ACCESS_TOKEN)
            }
        }
    }

    /// The requests that renew a token.
    pub fn renewing(&self) -> &[Step] {
        match &self.renewal {
            Renewal::Again => &self.request,
            Renewal::Steps(steps) => steps,
            Renewal::Never => &[],
        }
    }

    /// Where a token is renewed, as far as the definition tells.
    pub fn renewal_address(&self) -> Option<&Template> {
        let step = self.renewing().first().or(self.request.first())?;
        match &step.at {
            Address::Url(url) => Some(url),
            Address::Discovered(_) => self.discovery.as_ref(),
        }
    }
}

/// Whose registration at the provider is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientOwner {
    /// The integration's.
    Company,
    /// The person's own, from the form.
    Person,
    /// There is none.
    Nobody,
}

/// The person's part (RFC 6749 §4.1.1, RFC 5849 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    pub at: Address,
    /// What stands behind `#` of the URL; parameters then follow it there.
    pub fragment: Option<String>,
    pub params: BTreeMap<String, String>,
    pub names: ParamNames,
    pub pkce: bool,
    /// Exact `iss` (RFC 9207). None: an `iss` must share its origin with an endpoint.
    pub issuer: Option<Template>,
    /// The callback's parameter that is the code.
    pub code_parameter: String,
    /// Metadata name to the callback's query parameter.
    pub callback_metadata: BTreeMap<String, String>,
    pub before: Before,
}

/// What is done at the provider before the person is sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing, unless the issuer's metadata tells of pushed requests.
    Nothing,
    /// The parameters are pushed (RFC 9126).
    Push(Step),
    /// Temporary credentials are fetched (RFC 5849 §2.1).
    Temporary(Step),
}

/// What the parameters are called that Patchbay sets itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamNames(pub BTreeMap<String, String>);

impl ParamNames {
    /// None: the provider does not take it.
    pub fn of<'n>(&'n self, standard: &'n str) -> Option<&'n str> {
        let name = self.0.get(standard).map_or(standard, String::as_str);
        (!name.is_empty()).then_some(name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Url(Template),
    Discovered(Endpoint),
}

/// RFC 8414 §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Authorization,
    Token,
    Revocation,
    /// RFC 9126 §5.
    Push,
}

impl Endpoint {
    pub fn key(self) -> &'static str {
        match self {
            Self::Authorization => "authorization_endpoint",
            Self::Token => "token_endpoint",
            Self::Revocation => "revocation_endpoint",
            Self::Push => "pushed_authorization_request_endpoint",
        }
    }
}

/// One request, and what of its answer the next ones use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `GET`, `POST`, `PUT`.
    pub method: String,
    pub at: Address,
    pub headers: BTreeMap<String, Template>,
    pub params: Vec<Param>,
    pub body: StepBody,
    pub auth: StepAuth,
    /// Name to the place in the answer ([`TokenResponseMap`]).
    pub take: BTreeMap<String, String>,
}

impl Step {
    /// The names of values that it needs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let basic = match &self.auth {
            StepAuth::Basic { username, password } => vec![username, password],
            _ => Vec::new(),
        };
        let url = match &self.at {
            Address::Url(url) => Some(url),
            Address::Discovered(_) => None,
        };
        let params = self.params.iter().map(|param| &param.value);
        params
            .chain(self.headers.values())
            .chain(basic)
            .chain(url)
            .flat_map(Template::names)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub value: Template,
    /// Left out where a value is not known.
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepBody {
    Form,
    Json,
    /// The parameters stand in the URL.
    Query,
}

/// How a request proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepAuth {
    /// By its parameters, or not at all.
    None,
    /// RFC 6749 §2.3.1; a client without a secret says its id under `id_name`.
    Client { id_name: Option<String> },
    /// RFC 7617.
    Basic {
        username: Template,
        password: Template,
    },
    /// RFC 5849 §3, by client, token and verifier.
    OAuth1(SignatureMethod),
}

/// RFC 5849 §3.4; with SHA-256 it is what vendors call `HMAC-SHA256`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureMethod {
    HmacSha1,
    HmacSha256,
}

impl SignatureMethod {
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }
}

/// How a token is renewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// By these requests; they need the tokens that they name.
    Steps(Vec<Step>),
    /// As it was got: nobody has to do anything for that.
    Again,
    /// It has no end, or its owner connects again.
    Never,
}

/// A JWT of Patchbay's own (RFC 7519), signed with a key that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// PEM, or a JSON object with the member `private_key`.
    pub key: Template,
    /// `RS256`, `ES256` …
    pub algorithm: String,
    pub lifetime: Duration,
    /// None: the token endpoint.
    pub audience: Option<Template>,
    /// `kid` and the like.
    pub header: BTreeMap<String, Template>,
    pub claims: Vec<Param>,
}

/// Where in the token answer things stand. A place is a dot-separated path into JSON, `header:Name`,
/// `cookie:Name`, or `body:` for the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenResponseMap {
    pub access_token: String,
    pub refresh_token: String,
    pub expires_in: String,
    pub expires_in_unit: LifetimeUnit,
    /// The moment itself, where the answer tells it: RFC 3339, or seconds or milliseconds since 1970.
    pub expires_at: Option<String>,
    pub scope: String,
    /// Metadata name to place.
    pub metadata: BTreeMap<String, String>,
    /// More that is sealed with the tokens: name to place.
    pub secrets: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifetimeUnit {
    Seconds,
    Milliseconds,
}

impl Default for TokenResponseMap {
    fn default() -> Self {
        Self {
            access_token: "access_token".to_owned(),
            refresh_token: "refresh_token".to_owned(),
            expires_in: "expires_in".to_owned(),
            expires_in_unit: LifetimeUnit::Seconds,
            expires_at: None,
            scope: "scope".to_owned(),
            metadata: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }
}

/// One GET after the token, to learn metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    pub url: Template,
    pub metadata: BTreeMap<String, String>,
}
