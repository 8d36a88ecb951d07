//! Calls to providers: tokens, verification, revocation, and requests of the proxy.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use http_body_util::combinators::UnsyncBoxBody;

use crate::domain::{
    definition::{AuthMethod, Choice, ChoiceSource, Definition, FieldSpec},
    secret::Secret,
    token_set::{Account, CredentialFields, TokenSet},
};

/// A registration at a provider, and what is asked for with it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub id: String,
    pub secret: Option<Secret>,
    pub scopes: Vec<String>,
}

/// Everything a call about one connection needs.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    pub definition: &'a Definition,
    pub auth: &'a AuthMethod,
    /// Inputs and metadata: fill `${…}` in URLs and headers.
    pub metadata: &'a BTreeMap<String, String>,
}

/// Why a provider call did not succeed. Whatever is shown of it holds no secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderError {
    /// The provider ended the grant: `invalid_grant`, or its own word for it.
    #[error("the provider refused the grant: {0}")]
    GrantRefused(String),
    /// The same, and the provider says that somebody took the consent back.
    #[error("the provider says that consent was withdrawn: {0}")]
    ConsentRevoked(String),
    /// The provider no longer grants the scopes that were asked for: `invalid_scope`.
    #[error("the provider refused the scopes: {0}")]
    ScopesRefused(String),
    /// The provider does not take the app's client id or secret: `invalid_client`.
    #[error("the provider refused the client: {0}")]
    ClientRefused(String),
    /// The provider asked to wait: a 429, or an answer with `Retry-After` (RFC 9110 §10.2.3).
    #[error("the provider asked to wait: {said}")]
    Wait {
        said: String,
        /// Where it says how long.
        wait: Option<std::time::Duration>,
        /// It is about how often it was called, not about its own state.
        limited: bool,
    },
    /// The provider refused the request: wrong key, wrong client, wrong scope.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// No answer, a 5xx, a 429, or an answer that makes no sense. Try again later.
    #[error("the provider is not available: {0}")]
    Unavailable(String),
    #[error("the address is not one that Patchbay may call: {0}")]
    Egress(String),
}

impl ProviderError {
    /// What the provider said, or what was noticed of it: one line without secrets.
    pub fn said(&self) -> &str {
        match self {
            Self::GrantRefused(said)
            | Self::ConsentRevoked(said)
            | Self::ScopesRefused(said)
            | Self::ClientRefused(said)
            | Self::Refused(said)
            | Self::Unavailable(said)
            | Self::Egress(said)
            | Self::Wait { said, .. } => said,
        }
    }

    /// Whether it is the provider's own refusal, and no outage.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::GrantRefused(_)
            | Self::ConsentRevoked(_)
            | Self::ScopesRefused(_)
            | Self::ClientRefused(_)
            | Self::Refused(_) => true,
            Self::Wait { .. } | Self::Unavailable(_) | Self::Egress(_) => false,
        }
    }
}

pub type ByteStream = BoxStream<'static, Result<Bytes, std::io::Error>>;

/// The bytes of an answer as they arrive, with its length where the provider told.
pub type AnswerBody = UnsyncBoxBody<Bytes, std::io::Error>;

/// A request to forward, and its answer. Hop-by-hop headers are gone already.
pub struct Outgoing {
    pub method: http::Method,
    /// Path and query below the definition's `api_base_url`, without a leading slash.
    pub path_and_query: String,
    pub headers: http::HeaderMap,
    pub body: OutgoingBody,
}

pub enum OutgoingBody {
    /// Can be sent again after a refresh.
    Buffered(Bytes),
    /// Sent once.
    Stream(ByteStream, Option<u64>),
}

pub struct Incoming {
    pub status: http::StatusCode,
    pub headers: http::HeaderMap,
    pub body: AnswerBody,
}

/// The providers that are known.
pub trait Definitions: Send + Sync {
    fn get(&self, slug: &str) -> Option<Arc<Definition>>;
    /// By name.
    fn all(&self) -> Vec<Arc<Definition>>;
    /// The provider's mark, SVG.
    fn logo(&self, slug: &str) -> Option<Cow<'static, [u8]>>;

    /// Where the mark is served.
    fn logo_path(&self, slug: &str) -> Option<String> {
        self.logo(slug).map(|_| format!("/logos/{slug}.svg"))
    }
}

/// What goes into an authorization request (RFC 6749 §4.1.1) besides the client.
pub struct AuthorizationRequest<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a Secret,
    /// RFC 7636 S256; the challenge is derived from it. None: the definition says no PKCE.
    pub verifier: Option<&'a Secret>,
}

/// Where the person is sent.
#[derive(Debug)]
pub struct Authorized {
    pub url: url::Url,
    /// What is needed when they come back, besides what they bring: temporary credentials (RFC 5849
    /// §2.1).
    pub kept: CredentialFields,
}

/// What the person brought back, and what was kept for it.
pub struct Redemption<'a> {
    pub code: &'a Secret,
    pub verifier: Option<&'a Secret>,
    pub redirect_uri: &'a str,
    /// What the person typed, and [`Authorized::kept`].
    pub fields: &'a CredentialFields,
}

/// Which part of a list of choices.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// What people typed to find a choice.
    pub search: Option<String>,
    /// [`ChoicePage::next`] of the page before.
    pub cursor: Option<String>,
}

pub struct ChoicePage {
    pub choices: Vec<Choice>,
    pub next: Option<String>,
}

#[async_trait]
pub trait ProviderClient: Send + Sync {
    /// Where the person is sent. Calls the provider where it has to know beforehand: pushed requests
    /// (RFC 9126), temporary credentials (RFC 5849), an issuer's metadata (RFC 8414).
    async fn authorize(
        &self,
        target: Target<'_>,
        client: &Client,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Authorized, ProviderError>;

    /// Whether the callback's `iss` is the definition's (RFC 9207): the declared issuer exactly, or,
    /// where none is declared, the origin of the authorization or token URL. A callback without one
    /// is taken unless the issuer's metadata promises it.
    async fn issuer_matches(
        &self,
        target: Target<'_>,
        iss: Option<&str>,
    ) -> Result<bool, ProviderError>;

    /// Checks what a person typed against the definition's inputs or fields. The error names the field
    /// and says in one sentence what fits.
    fn check_fields(
        &self,
        specs: &[FieldSpec],
        values: &BTreeMap<String, Secret>,
    ) -> Result<(), (String, String)>;

    /// What the person brought back for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5, RFC 5849 §2.3), then
    /// the definition's lookup.
    async fn redeem(
        &self,
        target: Target<'_>,
        client: &Client,
        redemption: Redemption<'_>,
    ) -> Result<TokenSet, ProviderError>;

    /// Tokens for what the person typed, without a window (RFC 6749 §4.4, RFC 7523), then the lookup.
    async fn mint(
        &self,
        target: Target<'_>,
        client: &Client,
        fields: &CredentialFields,
    ) -> Result<TokenSet, ProviderError>;

    /// New tokens for those in `fields`, in the definition's way: RFC 6749 §6, or another.
    async fn renew(
        &self,
        target: Target<'_>,
        client: &Client,
        fields: &CredentialFields,
    ) -> Result<TokenSet, ProviderError>;

    /// RFC 7009, of the token of that kind: [`CredentialFields::REFRESH_TOKEN`] or `ACCESS_TOKEN`.
    /// `Ok(false)`: the provider has no way to end such a token.
    async fn revoke(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        kind: &str,
    ) -> Result<bool, ProviderError>;

    /// Makes the definition's verification call, if any, and reads the account from its answer.
    async fn verify(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
    ) -> Result<Account, ProviderError>;

    /// What an account has to choose from, one page.
    async fn choices(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        source: &ChoiceSource,
        page: &Page,
    ) -> Result<ChoicePage, ProviderError>;

    /// Sends a request with the credential injected; both bodies stream, unless a signature covers
    /// what is sent.
    async fn forward(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        request: Outgoing,
    ) -> Result<Incoming, ProviderError>;
}
