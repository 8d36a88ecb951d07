//! The dashboard's connected users.

use std::sync::Arc;

use serde_json::json;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    settings, snapshot,
    snapshot::Snapshot,
};
use crate::{
    access::{MayAdminister, MayRead},
    domain::{
        audit::Action,
        connection::Connection,
        id::{ConnectionId, ProjectId},
        secret::Secret,
    },
    ports::store::UserPage,
};

pub const PAGE_SIZE: u32 = 25;

/// A page of users whose id contains the search text.
pub async fn list(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
    search: &str,
    page: u32,
) -> Result<(Arc<Snapshot>, UserPage)> {
    let snapshot = snapshot::fresh(services, project).await?;
    let search: String = search.trim().chars().take(256).collect();
    let page = services
        .store
        .read()
        .await?
        .connections()
        .list_users(project, &search, page.max(1), PAGE_SIZE)
        .await?;
    Ok((snapshot, page))
}

/// Connections for the command line.
pub async fn connections(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
    user_id: Option<&str>,
) -> Result<(Arc<Snapshot>, Vec<Connection>)> {
    let snapshot = snapshot::fresh(services, project).await?;
    let connections = services
        .store
        .read()
        .await?
        .connections()
        .list(project, user_id)
        .await?;
    Ok((snapshot, connections))
}

/// A secret that the owner of an account typed into a setting.
pub async fn secret(
    services: &Services,
    right: MayAdminister,
    project: ProjectId,
    connection: &str,
    setting: &str,
) -> Result<Secret> {
    let snapshot = snapshot::fresh(services, project).await?;
    let id = connection
        .parse::<ConnectionId>()
        .map_err(|_| Error::NotFound("account"))?;
    let mut reader = services.store.read().await?;
    let connection = reader.connections().lookup(id).await?;
    let connection = connection
        .filter(|known| known.project == project)
        .ok_or(Error::NotFound("account"))?;
    let set_up = snapshot
        .find_by_id(connection.integration)
        .ok_or(Error::NotFound("account"))?;
    let mut all = connection.configurations.iter();
    let first = all.find(|known| known.is_default);
    let first = first.ok_or(Error::NotFound("secret"))?;
    drop(reader);
    let secret = settings::reveal(services, set_up, connection.id, first, setting)?;
    let id = connection.id.to_string();
    let did = Did {
        detail: json!({ "setting": setting }),
        ..Did::new(Action::SecretRead, Some(project), &id)
    };
    audit::note(services, right.actor(), did).await?;
    Ok(secret)
}
