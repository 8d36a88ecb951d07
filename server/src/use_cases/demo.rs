//! The demo's project: made on first use, with the Sandbox set up and a signing key of its own.

use std::sync::Arc;

use app::contract::dashboard::Environment;

use super::{Error, Result, Services, integrations, keys, projects};
use crate::{
    access::Staff,
    domain::{
        id::{KeyId, ProjectId},
        secret::{Sealed, Secret},
    },
    ports::{store::StoreError, vault::SealedField},
};

pub(super) const SETTING: &str = "demo";
pub(super) const FIELD: &str = "demo_key";
/// The person who uses the demo's host application.
pub const USER: &str = "ada@example.com";
const PROVIDERS: [&str; 2] = ["sandbox", "sandboxkey"];

/// What the demo's host application holds: its project and its private key.
pub struct Demo {
    pub project: ProjectId,
    key: KeyId,
    private_key_pem: Secret,
}

/// The demo, made if it is not there.
pub async fn ensure(services: &Arc<Services>) -> Result<Demo> {
    if let Some(demo) = load(services).await? {
        return Ok(demo);
    }
    let console = Staff::console();
    let row = projects::create(services, console.editor()?, "Demo").await?;
    let project: ProjectId = row
        .environments
        .iter()
        .find(|row| row.environment == Environment::Development)
        .and_then(|row| row.project_id.parse().ok())
        .ok_or(Error::NotFound("project"))?;
    for provider in PROVIDERS {
        let change = integrations::Change {
            active: Some(true),
            ..Default::default()
        };
        integrations::set(services, console.editor()?, project, provider, change).await?;
    }
    let key = keys::create(services, console.administrator()?, project).await?;
    let sealed = services
        .vault
        .seal(sealed_field(project), &key.private_key_pem);
    let mut value = Vec::with_capacity(32 + sealed.0.len());
    value.extend_from_slice(project.0.as_bytes());
    value.extend_from_slice(key.id.0.as_bytes());
    value.extend_from_slice(&sealed.0);

    let mut work = services.store.begin().await?;
    match work.settings().add(SETTING, &value).await {
        Ok(()) => work.commit().await?,
        // Somebody else made one at the same time: theirs counts.
        Err(StoreError::Conflict) => drop(work),
        Err(error) => return Err(error.into()),
    }
    load(services).await?.ok_or(Error::NotFound("demo"))
}

async fn load(services: &Services) -> Result<Option<Demo>> {
    let Some(value) = services
        .store
        .read()
        .await?
        .settings()
        .lookup(SETTING)
        .await?
    else {
        return Ok(None);
    };
    let malformed = || Error::Internal("settings row demo cannot be read".to_owned());
    let (ids, sealed) = split(&value).ok_or_else(malformed)?;
    let id = |bytes: &[u8]| uuid::Uuid::from_slice(bytes).map_err(|_| malformed());
    let (project, key) = (ProjectId(id(&ids[..16])?), KeyId(id(&ids[16..])?));
    let sealed = Sealed(sealed.to_vec());
    let private_key_pem = services.unseal("settings", SETTING, sealed_field(project), &sealed)?;
    Ok(Some(Demo {
        project,
        key,
        private_key_pem,
    }))
}

/// The setting's two ids, and the sealed key.
pub(super) fn split(value: &[u8]) -> Option<(&[u8], &[u8])> {
    value.split_at_checked(32)
}

/// What the host application's server does: it signs a token for the person who is signed in there.
pub fn sign(services: &Services, demo: &Demo) -> Result<Secret> {
    keys::mint(
        services,
        demo.project,
        Some(demo.key),
        &demo.private_key_pem,
        USER,
        3600,
    )
}

fn sealed_field(project: ProjectId) -> SealedField {
    SealedField {
        project: project.0,
        owner: project.0,
        field: FIELD,
    }
}
