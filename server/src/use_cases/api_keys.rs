//! Keys with which a project's back end calls. Of the secret only the hash is stored.

use serde_json::json;
use subtle::ConstantTimeEq;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    hash, projects,
};
use crate::{
    access::{Backend, MayAdminister, MayRead},
    domain::{
        api_key::{ApiKey, ApiScope, MAX_ACTIVE, MAX_NAME, compose, parse},
        audit::Action,
        id::{ApiKeyId, ProjectId},
        secret::Secret,
    },
    ports::store::StoreError,
};

/// A fresh key. It is shown once.
pub struct Created {
    pub key: ApiKey,
    pub secret: Secret,
}

/// Creates a key. Conflict: as many as can be are active already.
pub async fn create(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    name: &str,
    mut scopes: Vec<ApiScope>,
) -> Result<Created> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(Error::invalid(
            "name",
            "A name has between 1 and 100 bytes.",
        ));
    }
    scopes.sort_by_key(|scope| scope.as_str());
    scopes.dedup();
    if scopes.is_empty() {
        return Err(Error::invalid("scopes", "Choose what the key allows."));
    }
    let secret = services.random_token();
    let key = ApiKey {
        id: ApiKeyId(services.new_id()),
        project,
        name: name.to_owned(),
        secret_hash: hash(&secret),
        scopes,
        created_at: services.now(),
    };
    let mut work = services.store.begin().await?;
    // First, so that two at once count one after the other.
    work.projects()
        .touch(project)
        .await
        .map_err(projects::missing)?;
    if work.api_keys().list(project).await?.len() >= MAX_ACTIVE {
        return Err(Error::Conflict(format!(
            "{MAX_ACTIVE} API keys are active. Revoke one that is no longer used, then create a new one."
        )));
    }
    work.api_keys().add(&key).await?;
    let id = key.id.to_string();
    let did = Did {
        detail: json!({ "name": key.name, "scopes": key.scopes }),
        ..Did::new(Action::ApiKeyCreated, Some(project), &id)
    };
    audit::record(&mut *work, key.created_at, right.actor(), did).await?;
    work.commit().await?;
    tracing::info!(key = %key.id, project = %project, "an API key was created");
    let secret = compose(key.id, &secret);
    Ok(Created { key, secret })
}

/// The active keys, oldest first.
pub async fn list(services: &Services, _right: MayRead, project: ProjectId) -> Result<Vec<ApiKey>> {
    let mut reader = services.store.read().await?;
    reader
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    Ok(reader.api_keys().list(project).await?)
}

/// From the next call on the key is refused.
pub async fn revoke(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    id: ApiKeyId,
) -> Result<()> {
    let now = services.now();
    let mut work = services.store.begin().await?;
    let revoked = work.api_keys().revoke(project, id, now).await;
    revoked.map_err(|error| match error {
        StoreError::NotFound => Error::NotFound("API key"),
        other => other.into(),
    })?;
    let subject = id.to_string();
    let did = Did::new(Action::ApiKeyRevoked, Some(project), &subject);
    audit::record(&mut *work, now, right.actor(), did).await?;
    work.commit().await?;
    tracing::info!(key = %id, project = %project, "an API key was revoked");
    Ok(())
}

/// Who calls with a key. Every reason to refuse is one answer.
pub async fn authenticate(
    services: &Services,
    project: ProjectId,
    presented: &Secret,
) -> Result<Backend> {
    let (id, secret) = parse(presented).ok_or(Error::ApiKeyInvalid)?;
    let known = services.store.read().await?.api_keys().lookup(id).await?;
    known
        .filter(|key| key.project == project)
        .filter(|key| bool::from(key.secret_hash.ct_eq(&hash(&secret))))
        .map(|key| Backend::of_key(&key))
        .ok_or(Error::ApiKeyInvalid)
}
