//! The Sandbox: a small real OAuth 2.0 server and API inside Patchbay, for development.
//!
//! Authorization code with PKCE S256 (RFC 6749 §4.1, RFC 7636), rotating refresh tokens with reuse
//! detection (RFC 9700 §4.14), revocation (RFC 7009). Codes and tokens are sealed values, so they
//! outlive a restart; which were used or revoked is kept in memory.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

use super::Services;
use crate::{
    domain::secret::{Sealed, Secret},
    ports::vault::SealedField,
};

/// Seconds an access token lives: short, so that a refresh can be watched.
pub const ACCESS_LIFETIME: i64 = 300;
const CODE_LIFETIME: i64 = 60;
const REFRESH_LIFETIME: i64 = 90 * 24 * 3600;

/// The person who consents in the Sandbox.
pub const ACCOUNT_ID: &str = "acct_ada";
pub const ACCOUNT_NAME: &str = "Ada Lovelace";

/// Grants and single-use values that are over; bounded, and each kept as long as it could matter.
pub struct Ledger {
    used: Cache<uuid::Uuid, ()>,
    revoked: Cache<uuid::Uuid, ()>,
}

impl Default for Ledger {
    fn default() -> Self {
        let lifetime = Duration::from_secs(REFRESH_LIFETIME as u64);
        let cache = || {
            Cache::builder()
                .max_capacity(100_000)
                .time_to_live(lifetime)
                .build()
        };
        Self {
            used: cache(),
            revoked: cache(),
        }
    }
}

/// What a code or a token says.
#[derive(Clone, Serialize, Deserialize)]
struct Ticket {
    kind: Kind,
    id: uuid::Uuid,
    /// Ties everything that came of one consent together.
    grant: uuid::Uuid,
    client_id: String,
    scope: String,
    /// Seconds since 1970.
    expires_at: i64,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    challenge: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Code,
    Access,
    Refresh,
}

/// An error of RFC 6749 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    InvalidRequest,
    InvalidGrant,
    UnsupportedGrantType,
}

impl Refusal {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
        }
    }
}

/// An authorization request that was checked.
pub struct Authorization {
    pub client_id: String,
    pub redirect_uri: String,
    pub state: String,
    pub scope: String,
    pub challenge: String,
}

/// What the token endpoint gives out.
pub struct Tokens {
    pub access_token: Secret,
    pub refresh_token: Secret,
    pub scope: String,
}

/// Whether a redirect URI is one of Patchbay's own: the Sandbox serves nobody else.
pub fn is_own_redirect(services: &Services, redirect_uri: &str) -> bool {
    redirect_uri.starts_with(&services.url("/oauth/callback/"))
        && !redirect_uri.contains(['?', '#'])
}

/// The person consented: a code, good for a minute and once.
pub fn issue_code(services: &Services, request: &Authorization) -> Secret {
    let ticket = Ticket {
        kind: Kind::Code,
        id: services.new_id(),
        grant: services.new_id(),
        client_id: request.client_id.clone(),
        scope: request.scope.clone(),
        expires_at: services.now().as_second() + CODE_LIFETIME,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
    };
    seal(services, &ticket)
}

pub fn exchange(
    services: &Services,
    code: &Secret,
    verifier: &str,
    redirect_uri: &str,
) -> Result<Tokens, Refusal> {
    let ticket = spend(services, code, Kind::Code)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    if ticket.redirect_uri != redirect_uri || ticket.challenge != challenge {
        return Err(Refusal::InvalidGrant);
    }
    Ok(issue_tokens(services, &ticket))
}

/// Each refresh token is good once; one that comes twice ends its grant.
pub fn refresh(services: &Services, token: &Secret) -> Result<Tokens, Refusal> {
    let ticket = spend(services, token, Kind::Refresh)?;
    Ok(issue_tokens(services, &ticket))
}

/// Ends the grant of a token. A token that is none is no error (RFC 7009 §2.2).
pub fn revoke(services: &Services, token: &Secret) {
    if let Some(ticket) = open(services, token) {
        services.sandbox.revoked.insert(ticket.grant, ());
    }
}

/// Whether an API call may go on: an access token, or a key of the API-key variant.
pub fn admits(services: &Services, bearer: &Secret) -> bool {
    let key = bearer.expose();
    if let Some(rest) = key.strip_prefix("sandbox_") {
        return !rest.is_empty() && !rest.ends_with("_bad");
    }
    open(services, bearer)
        .is_some_and(|ticket| ticket.kind == Kind::Access && is_alive(services, &ticket))
}

fn spend(services: &Services, value: &Secret, kind: Kind) -> Result<Ticket, Refusal> {
    let ticket = open(services, value)
        .filter(|ticket| ticket.kind == kind)
        .ok_or(Refusal::InvalidGrant)?;
    if !is_alive(services, &ticket) {
        return Err(Refusal::InvalidGrant);
    }
    let first = services
        .sandbox
        .used
        .entry(ticket.id)
        .or_insert(())
        .is_fresh();
    if !first {
        services.sandbox.revoked.insert(ticket.grant, ());
        return Err(Refusal::InvalidGrant);
    }
    Ok(ticket)
}

fn is_alive(services: &Services, ticket: &Ticket) -> bool {
    ticket.expires_at > services.now().as_second()
        && !services.sandbox.revoked.contains_key(&ticket.grant)
}

fn issue_tokens(services: &Services, from: &Ticket) -> Tokens {
    let now = services.now().as_second();
    let issue = |kind, lifetime| {
        let ticket = Ticket {
            kind,
            id: services.new_id(),
            expires_at: now + lifetime,
            redirect_uri: String::new(),
            challenge: String::new(),
            ..from.clone()
        };
        seal(services, &ticket)
    };
    Tokens {
        access_token: issue(Kind::Access, ACCESS_LIFETIME),
        refresh_token: issue(Kind::Refresh, REFRESH_LIFETIME),
        scope: from.scope.clone(),
    }
}

const FIELD: SealedField = SealedField {
    project: uuid::Uuid::nil(),
    owner: uuid::Uuid::nil(),
    field: "sandbox",
};

fn seal(services: &Services, ticket: &Ticket) -> Secret {
    let json = serde_json::to_string(ticket).expect("a ticket is JSON");
    Secret::new(URL_SAFE_NO_PAD.encode(services.vault.seal(FIELD, &Secret::new(json)).0))
}

fn open(services: &Services, value: &Secret) -> Option<Ticket> {
    let sealed = URL_SAFE_NO_PAD.decode(value.expose()).ok()?;
    let json = services.vault.open(FIELD, &Sealed(sealed)).ok()?;
    serde_json::from_str(json.expose()).ok()
}
