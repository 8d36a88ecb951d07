//! The identity providers whose tokens a project takes.

use super::{
    Error, Result, Services,
    audit::{self, Did},
    projects,
};
use crate::{
    access::{MayAdminister, MayRead},
    domain::{
        audit::Action,
        id::{IssuerId, ProjectId},
        issuer::{Issuer, MAX_ISSUERS},
    },
    ports::{
        provider::ProviderError,
        store::{StoreError, UnitOfWork},
    },
};

pub use app::contract::dashboard::IdentityProvider;

/// By issuer.
pub async fn list(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<Vec<IdentityProvider>> {
    let mut reader = services.store.read().await?;
    reader
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    let issuers = reader.issuers().list(project).await?;
    Ok(issuers.into_iter().map(shown).collect())
}

fn shown(issuer: Issuer) -> IdentityProvider {
    IdentityProvider {
        issuer: issuer.issuer,
        jwks_url: issuer.jwks_url,
        audience: issuer.audience,
        user_claim: issuer.user_claim,
    }
}

/// Adds an issuer. The server reads its keys once, to say at once what is wrong; a command may run
/// where the issuer cannot be reached.
pub async fn add(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    new: IdentityProvider,
) -> Result<IdentityProvider> {
    let new = app::validate::identity_provider(new)?;
    let issuer = Issuer {
        id: IssuerId(services.new_id()),
        project,
        issuer: new.issuer,
        jwks_url: new.jwks_url,
        audience: new.audience,
        user_claim: new.user_claim,
        created_at: services.now(),
    };
    if services.serving {
        probe(services, &issuer).await?;
    }
    let mut work = services.store.begin().await?;
    store(&mut *work, &issuer).await?;
    let did = Did::new(Action::IssuerAdded, Some(project), &issuer.issuer);
    audit::record(&mut *work, issuer.created_at, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(shown(issuer))
}

async fn store(work: &mut dyn UnitOfWork, issuer: &Issuer) -> Result<()> {
    // First, so that two at once count one after the other.
    work.projects()
        .touch(issuer.project)
        .await
        .map_err(projects::missing)?;
    if work.issuers().list(issuer.project).await?.len() >= MAX_ISSUERS {
        return Err(Error::invalid(
            "issuer",
            format!("A project takes {MAX_ISSUERS} identity providers. Remove one first."),
        ));
    }
    work.issuers()
        .add(issuer)
        .await
        .map_err(|error| match error {
            StoreError::Conflict => Error::invalid(
                "issuer",
                "This issuer is added already. Remove it first to change it.",
            ),
            other => other.into(),
        })
}

async fn probe(services: &Services, issuer: &Issuer) -> Result<()> {
    let field = if issuer.jwks_url.is_some() {
        "jwks_url"
    } else {
        "issuer"
    };
    match services.key_source.fetch(issuer).await {
        Ok(set) if !set.keys.is_empty() => Ok(()),
        Ok(_) => Err(Error::invalid(
            field,
            "It publishes no RSA key. Tokens must be signed with RS256.",
        )),
        Err(ProviderError::Egress(host)) => Err(Error::invalid(
            field,
            format!("This server may not call {host}. Give a public https address."),
        )),
        Err(error) => Err(Error::invalid(
            field,
            format!("Its keys could not be read: {}.", error.said()),
        )),
    }
}

/// Takes an issuer off the list: its tokens stop working at once.
pub async fn remove(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    issuer: &str,
) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.issuers()
        .remove(project, issuer)
        .await
        .map_err(|error| match error {
            StoreError::NotFound => Error::NotFound("identity provider"),
            other => other.into(),
        })?;
    work.projects().touch(project).await?;
    let did = Did::new(Action::IssuerRemoved, Some(project), issuer);
    audit::record(&mut *work, services.now(), right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(())
}
