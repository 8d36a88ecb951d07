//! `authenticate`: a user token becomes an [`EndUser`] (RFC 7519, RS256 only). It is signed by a key
//! of the project, or by an identity provider that the project trusts.

mod claims;

use std::sync::Arc;

use ahash::RandomState;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, dangerous};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use self::claims::Claims;
use super::{
    Error, Result, Services,
    issuer_keys::{self, Fingerprint},
    snapshot::{self, Snapshot},
};
use crate::{
    access::EndUser,
    domain::{
        Timestamp,
        id::{IssuerId, KeyId, ProjectId},
        issuer::Issuer,
        secret::Secret,
    },
    ports::provider::ProviderError,
};

/// How far a caller's clock may be off, in seconds.
const LEEWAY: i64 = 60;
/// The longest token that is looked at.
const MAX_TOKEN: usize = 16 * 1024;

/// Tokens whose signature was checked; at most 50,000. A hit still needs its key to be active and
/// its time not to be over.
pub struct VerifiedTokens(Cache<[u8; 32], Verified, RandomState>);

#[derive(Clone)]
struct Verified {
    by: Signer,
    user: Arc<EndUser>,
    /// Seconds since 1970.
    expires_at: i64,
}

#[derive(Clone)]
enum Signer {
    Project(KeyId),
    Issuer(IssuerId, Fingerprint),
}

/// Why a token is not taken as things stand.
enum Refusal<'s> {
    Invalid,
    /// Its issuer has to be asked for its keys first.
    Ask(&'s Issuer),
}

impl VerifiedTokens {
    pub fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(50_000)
                .time_to_live(std::time::Duration::from_secs(3600))
                .build_with_hasher(RandomState::new()),
        )
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::new()
    }
}

/// The user of a token, and the project's settings as they are now.
pub async fn run(
    services: &Services,
    project: ProjectId,
    token: &Secret,
) -> Result<(Arc<EndUser>, Arc<Snapshot>)> {
    let snapshot = snapshot::fresh(services, project).await?;
    Ok((check(services, &snapshot, token).await?, snapshot))
}

/// The same with settings of at most [`snapshot::RECENT`] ago. A token that fails against them is
/// tried once more against fresh ones: its key may be new.
pub async fn run_recent(
    services: &Services,
    project: ProjectId,
    token: &Secret,
) -> Result<(Arc<EndUser>, Arc<Snapshot>)> {
    let snapshot = snapshot::recent(services, project).await?;
    match verify(services, &snapshot, token) {
        Ok(user) => Ok((user, snapshot)),
        Err(_) => run(services, project, token).await,
    }
}

/// Checks a token against a snapshot, with what is at hand: no statement and no call.
pub fn verify(services: &Services, snapshot: &Snapshot, token: &Secret) -> Result<Arc<EndUser>> {
    look(services, snapshot, token).map_err(|_| Error::TokenInvalid)
}

/// The same, and asks the token's issuer for its keys where they are not at hand.
pub async fn check(
    services: &Services,
    snapshot: &Snapshot,
    token: &Secret,
) -> Result<Arc<EndUser>> {
    let issuer = match look(services, snapshot, token) {
        Ok(user) => return Ok(user),
        Err(Refusal::Invalid) => return Err(Error::TokenInvalid),
        Err(Refusal::Ask(issuer)) => issuer,
    };
    issuer_keys::renew(services, issuer).await;
    look(services, snapshot, token).map_err(|refusal| match refusal {
        Refusal::Invalid => Error::TokenInvalid,
        // Nothing is known of the token, so it is not called invalid: that would sign its user out.
        Refusal::Ask(_) => {
            ProviderError::Unavailable("the issuer's keys are not known".to_owned()).into()
        }
    })
}

fn look<'s>(
    services: &Services,
    snapshot: &'s Snapshot,
    token: &Secret,
) -> std::result::Result<Arc<EndUser>, Refusal<'s>> {
    if token.expose().len() > MAX_TOKEN {
        return Err(Refusal::Invalid);
    }
    let now = services.now();
    let mut digest = Sha256::new();
    digest.update(snapshot.project.id.0.as_bytes());
    digest.update(token.expose().as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    if let Some(known) = services.caches.tokens.0.get(&digest) {
        if known.expires_at + LEEWAY <= now.as_second() {
            return Err(Refusal::Invalid);
        }
        still_trusted(services, snapshot, &known.by, now)?;
        return Ok(known.user);
    }
    let verified = first_look(services, snapshot, token, now)?;
    services.caches.tokens.0.insert(digest, verified.clone());
    Ok(verified.user)
}

fn still_trusted<'s>(
    services: &Services,
    snapshot: &'s Snapshot,
    signer: &Signer,
    now: Timestamp,
) -> std::result::Result<(), Refusal<'s>> {
    let trusted = match signer {
        Signer::Project(id) => snapshot.keys.iter().any(|key| key.id == *id),
        Signer::Issuer(id, print) => {
            let issuer = snapshot.issuers.iter().find(|issuer| issuer.id == *id);
            let issuer = issuer.ok_or(Refusal::Invalid)?;
            let known = services.caches.issuer_keys.usable(*id, now);
            known.ok_or(Refusal::Ask(issuer))?.holds(print)
        }
    };
    if trusted {
        Ok(())
    } else {
        Err(Refusal::Invalid)
    }
}

fn first_look<'s>(
    services: &Services,
    snapshot: &'s Snapshot,
    token: &Secret,
    now: Timestamp,
) -> std::result::Result<Verified, Refusal<'s>> {
    let header = jsonwebtoken::decode_header(token.expose()).map_err(|_| Refusal::Invalid)?;
    if header.alg != Algorithm::RS256 {
        return Err(Refusal::Invalid);
    }
    // `kid` selects; a foreign `kid` selects nothing. Without one every active key is tried.
    let candidates = snapshot.keys.iter().filter(|key| {
        header
            .kid
            .as_ref()
            .is_none_or(|kid| *kid == key.id.to_string())
    });
    for candidate in candidates {
        if let Some(claims) = signed_by(&candidate.key, token) {
            let expires_at = claims.exp;
            let user = claims.of_project(snapshot.project.id, now);
            return Ok(Verified {
                by: Signer::Project(candidate.id),
                user: Arc::new(user.ok_or(Refusal::Invalid)?),
                expires_at,
            });
        }
    }
    by_issuer(services, snapshot, token, &header, now)
}

fn by_issuer<'s>(
    services: &Services,
    snapshot: &'s Snapshot,
    token: &Secret,
    header: &Header,
    now: Timestamp,
) -> std::result::Result<Verified, Refusal<'s>> {
    if snapshot.issuers.is_empty() {
        return Err(Refusal::Invalid);
    }
    // Not to be believed yet. It says whose keys to look at, and what is no good with any key
    // has nobody asked for one.
    let claimed: Claims =
        dangerous::insecure_decode_claims(token.expose()).map_err(|_| Refusal::Invalid)?;
    let issuer = snapshot
        .issuers
        .iter()
        .find(|issuer| claimed.is_for(issuer, now))
        .ok_or(Refusal::Invalid)?;
    let keys = &services.caches.issuer_keys;
    let known = keys.usable(issuer.id, now).ok_or(Refusal::Ask(issuer))?;
    let Some(found) = known.find(header.kid.as_deref()) else {
        let ask = keys.may_ask(issuer.id, now);
        return Err(if ask {
            Refusal::Ask(issuer)
        } else {
            Refusal::Invalid
        });
    };
    let claims = signed_by(&found.key, token).ok_or(Refusal::Invalid)?;
    let expires_at = claims.exp;
    let user = claims.of_issuer(issuer, now).ok_or(Refusal::Invalid)?;
    Ok(Verified {
        by: Signer::Issuer(issuer.id, found.print),
        user: Arc::new(user),
        expires_at,
    })
}

/// The claims, if this key signed them with RS256.
fn signed_by(key: &DecodingKey, token: &Secret) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::RS256);
    // Times are checked by the services' clock; the audience with them.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let data = jsonwebtoken::decode::<Claims>(token.expose(), key, &validation);
    data.ok().map(|data| data.claims)
}
