//! `authenticate`: a user token becomes an [`EndUser`] (RFC 7519, RS256 only).

use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation};
use moka::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Error, Result, Services,
    snapshot::{self, Snapshot},
};
use crate::{
    access::{
        EndUser,
        permissions::{Claim, Permissions},
    },
    domain::{
        Timestamp,
        id::{KeyId, ProjectId},
        secret::Secret,
    },
};

/// How far a caller's clock may be off, in seconds.
const LEEWAY: i64 = 60;
/// The longest token that is looked at.
const MAX_TOKEN: usize = 16 * 1024;
const MAX_USER_ID: usize = 256;

/// Tokens whose signature was checked; at most 50,000. A hit still needs its key to be active and
/// its time not to be over.
pub struct VerifiedTokens(Cache<[u8; 32], Verified>);

#[derive(Clone)]
struct Verified {
    key: KeyId,
    user: Arc<EndUser>,
    /// Seconds since 1970.
    expires_at: i64,
}

impl VerifiedTokens {
    pub fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(50_000)
                .time_to_live(std::time::Duration::from_secs(3600))
                .build(),
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
    Ok((verify(services, &snapshot, token)?, snapshot))
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

/// Checks a token against a snapshot's keys.
pub fn verify(services: &Services, snapshot: &Snapshot, token: &Secret) -> Result<Arc<EndUser>> {
    if token.expose().len() > MAX_TOKEN {
        return Err(Error::TokenInvalid);
    }
    let now = services.now();
    let mut digest = Sha256::new();
    digest.update(snapshot.project.id.0.as_bytes());
    digest.update(token.expose().as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    if let Some(known) = services.caches.tokens.0.get(&digest) {
        let active = snapshot.keys.iter().any(|key| key.id == known.key);
        return if active && known.expires_at + LEEWAY > now.as_second() {
            Ok(known.user)
        } else {
            Err(Error::TokenInvalid)
        };
    }
    let verified = check_signature(snapshot, token, now)?;
    services.caches.tokens.0.insert(digest, verified.clone());
    Ok(verified.user)
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
    nbf: Option<i64>,
    aud: Option<Audience>,
    /// Scope to permissions; see [`crate::access::permissions`].
    #[serde(rename = "urn:useparagon:connect:permissions")]
    permissions: Option<Claim>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

fn check_signature(snapshot: &Snapshot, token: &Secret, now: Timestamp) -> Result<Verified> {
    let header = jsonwebtoken::decode_header(token.expose()).map_err(|_| Error::TokenInvalid)?;
    if header.alg != Algorithm::RS256 {
        return Err(Error::TokenInvalid);
    }
    let mut validation = Validation::new(Algorithm::RS256);
    // Times are checked below, by the services' clock; the audience too.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();

    // `kid` selects; a foreign `kid` selects nothing. Without one every active key is tried.
    let candidates = snapshot.keys.iter().filter(|key| {
        header
            .kid
            .as_ref()
            .is_none_or(|kid| *kid == key.id.to_string())
    });
    for candidate in candidates {
        if let Ok(data) =
            jsonwebtoken::decode::<Claims>(token.expose(), &candidate.key, &validation)
        {
            let claims = data.claims;
            check_claims(&claims, snapshot.project.id, now)?;
            let user = Arc::new(EndUser {
                project: snapshot.project.id,
                user_id: claims.sub,
                permissions: Permissions::of_claim(claims.permissions),
            });
            return Ok(Verified {
                key: candidate.id,
                user,
                expires_at: claims.exp,
            });
        }
    }
    Err(Error::TokenInvalid)
}

fn check_claims(claims: &Claims, project: ProjectId, now: Timestamp) -> Result<()> {
    let now = now.as_second();
    let ours = |audience: &str| {
        let id = project.to_string();
        audience == id
            || audience.strip_prefix("patchbay/") == Some(&id)
            || audience.strip_prefix("useparagon.com/") == Some(&id)
    };
    let audience_fits = match &claims.aud {
        None => true,
        Some(Audience::One(audience)) => ours(audience),
        Some(Audience::Many(audiences)) => audiences.iter().any(|audience| ours(audience)),
    };
    let subject_fits = !claims.sub.is_empty()
        && claims.sub.len() <= MAX_USER_ID
        && !claims.sub.chars().any(char::is_control);
    let time_fits = claims.exp.saturating_add(LEEWAY) > now
        && claims.iat <= now + LEEWAY
        && claims.iat <= claims.exp
        && claims
            .nbf
            .is_none_or(|not_before| not_before <= now + LEEWAY);
    if audience_fits && subject_fits && time_fits {
        Ok(())
    } else {
        Err(Error::TokenInvalid)
    }
}
