//! The dashboard's connected users.

use std::sync::Arc;

use super::{Result, Services, snapshot, snapshot::Snapshot};
use crate::{
    access::MayRead,
    domain::{connection::Connection, id::ProjectId},
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
