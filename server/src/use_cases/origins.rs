//! The pages that may embed the portal.

use super::{
    Error, Result, Services,
    audit::{self, Did},
    projects, snapshot,
};
use crate::{
    access::{MayEdit, MayRead},
    domain::{audit::Action, id::ProjectId, project::Project},
};

/// Origins a project may have.
const MAX_ORIGINS: usize = 100;

/// The project and its origins.
pub async fn list(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<(Project, Vec<String>)> {
    let mut reader = services.store.read().await?;
    let found = reader
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    Ok((found, reader.origins().list(project).await?))
}

pub async fn add(
    services: &Services,
    right: MayEdit,
    project: ProjectId,
    origin: &str,
) -> Result<()> {
    let origin = app::validate::origin(origin)?;
    let mut work = services.store.begin().await?;
    // First, so that two at once count one after the other.
    work.projects()
        .touch(project)
        .await
        .map_err(projects::missing)?;
    if work.origins().list(project).await?.len() >= MAX_ORIGINS {
        return Err(Error::invalid(
            "origin",
            format!("A project takes {MAX_ORIGINS} origins. Remove one first."),
        ));
    }
    let now = services.now();
    work.origins().add(project, &origin, now).await?;
    let did = Did::new(Action::OriginAdded, Some(project), &origin);
    audit::record(&mut *work, now, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(())
}

pub async fn remove(
    services: &Services,
    right: MayEdit,
    project: ProjectId,
    origin: &str,
) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.origins().remove(project, origin).await?;
    work.projects().touch(project).await?;
    let did = Did::new(Action::OriginRemoved, Some(project), origin);
    audit::record(&mut *work, services.now(), right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(())
}

/// Whether a page may embed the portal of a project.
pub fn check(snapshot: &snapshot::Snapshot, origin: &str) -> Result<()> {
    if snapshot.allows_origin(origin) {
        Ok(())
    } else {
        Err(Error::OriginNotAllowed(origin.to_owned()))
    }
}
