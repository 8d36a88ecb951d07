//! Keys that sign user tokens. Only the public half is stored.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    projects,
};
use crate::{
    access::{MayAdminister, MayRead},
    domain::{
        audit::Action,
        id::{KeyId, ProjectId},
        project::{MAX_ACTIVE_KEYS, SigningKey},
        secret::Secret,
    },
    ports::vault::NewKeyPair,
};

/// A fresh key; the private half exists nowhere else.
pub struct Created {
    pub id: KeyId,
    pub private_key_pem: Secret,
}

/// Creates a key. Conflict: two are active already.
pub async fn create(
    services: &Arc<Services>,
    right: MayAdminister,
    project: ProjectId,
) -> Result<Created> {
    let vault = services.vault.clone();
    let pair: NewKeyPair = tokio::task::spawn_blocking(move || vault.new_signing_key())
        .await
        .map_err(|_| Error::Internal("key generation ended early".to_owned()))?;
    let mut work = services.store.begin().await?;
    // First, so that two at once count one after the other.
    work.projects()
        .touch(project)
        .await
        .map_err(projects::missing)?;
    if work.keys().list(project).await?.len() >= MAX_ACTIVE_KEYS {
        return Err(Error::Conflict(
            "Two signing keys are active. Revoke the one that is no longer used, then create a new one.".to_owned(),
        ));
    }
    let key = SigningKey {
        id: KeyId(services.new_id()),
        project,
        public_key_pem: pair.public_key_pem,
        created_at: services.now(),
    };
    work.keys().add(&key).await?;
    let id = key.id.to_string();
    let did = Did::new(Action::KeyCreated, Some(project), &id);
    audit::record(&mut *work, key.created_at, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(Created {
        id: key.id,
        private_key_pem: pair.private_key_pem,
    })
}

pub async fn revoke(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    id: KeyId,
) -> Result<()> {
    let now = services.now();
    let mut work = services.store.begin().await?;
    work.keys()
        .revoke(project, id, now)
        .await
        .map_err(|error| match error {
            crate::ports::store::StoreError::NotFound => Error::NotFound("signing key"),
            other => other.into(),
        })?;
    work.projects().touch(project).await?;
    let id = id.to_string();
    let did = Did::new(Action::KeyRevoked, Some(project), &id);
    audit::record(&mut *work, now, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(())
}

/// The active keys, oldest first.
pub async fn list(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<Vec<SigningKey>> {
    let mut reader = services.store.read().await?;
    reader
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    Ok(reader.keys().list(project).await?)
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iat: i64,
    exp: i64,
    aud: String,
}

/// Signs a user token, as the company's own server would. `ttl` in seconds. The project is not looked
/// up: what a token is worth is decided when it is used.
pub fn mint(
    services: &Services,
    project: ProjectId,
    key_id: Option<KeyId>,
    private_key_pem: &Secret,
    user_id: &str,
    ttl: i64,
) -> Result<Secret> {
    let key = EncodingKey::from_rsa_pem(private_key_pem.expose().as_bytes())
        .map_err(|_| Error::invalid("key", "The key file is not an RSA private key in PEM."))?;
    let now = services.now().as_second();
    let mut header = Header::new(Algorithm::RS256);
    header.kid = key_id.map(|id| id.to_string());
    let claims = Claims {
        sub: user_id,
        iat: now,
        exp: now + ttl,
        aud: format!("patchbay/{project}"),
    };
    jsonwebtoken::encode(&header, &claims, &key)
        .map(Secret::new)
        .map_err(|_| {
            Error::invalid(
                "key",
                "The key cannot sign. Use an RSA key of at least 2048 bits.",
            )
        })
}
