//! Disconnect: revoke at the provider where it can be done, and delete the connection.

use std::sync::Arc;

use app::contract::connect::{Disconnected, Revocation};

use super::{
    Error, Result, Services,
    connect::client_of,
    credential,
    snapshot::{self, SetUp, Snapshot},
};
use crate::{
    access::{EndUser, MaySupport},
    domain::{
        connection::Connection,
        id::{ConnectionId, ProjectId},
    },
    ports::provider::Target,
};

/// A user disconnects an account of their own.
pub async fn by_user(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    set_up: &SetUp,
) -> Result<Disconnected> {
    let mut reader = services.store.read().await?;
    let connection = reader
        .connections()
        .find(user.project, set_up.integration.id, &user.user_id)
        .await?;
    drop(reader);
    let connection =
        connection.ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))?;
    run(services, snapshot, connection).await
}

/// An operator disconnects a user's account.
pub async fn by_staff(
    services: &Arc<Services>,
    _right: MaySupport,
    project: ProjectId,
    id: ConnectionId,
) -> Result<Disconnected> {
    let snapshot = snapshot::fresh(services, project).await?;
    let connection = services
        .store
        .read()
        .await?
        .connections()
        .lookup(id)
        .await?;
    let connection = connection
        .filter(|found| found.project == project)
        .ok_or(Error::NotFound("connection"))?;
    run(services, &snapshot, connection).await
}

/// Deletes first: from here on nobody uses the credential. Then asks the provider to end the grant;
/// whether it did is told, not assumed.
async fn run(
    services: &Services,
    snapshot: &Snapshot,
    connection: Connection,
) -> Result<Disconnected> {
    let live = credential::open(services, connection);
    let (id, integration, user_id) = match &live {
        Ok(live) => (
            live.connection.id,
            live.connection.integration,
            live.connection.user_id.clone(),
        ),
        Err(error) => return Err(error.clone()),
    };
    let mut work = services.store.begin().await?;
    work.connections().remove(id).await?;
    work.commit().await?;
    services.caches.credentials.forget(integration, &user_id);

    let revocation = match (live, snapshot.find_by_id(integration)) {
        (Ok(live), Some(set_up)) => {
            let target = Target {
                definition: &set_up.definition,
                auth: set_up.definition.default_auth(),
                metadata: &live.connection.metadata,
            };
            match services
                .providers
                .revoke(target, &client_of(services, set_up)?, &live.fields)
                .await
            {
                Ok(true) => Revocation::Revoked,
                Ok(false) => Revocation::NotSupported,
                Err(error) => {
                    tracing::warn!(connection = %id, error = %error, "a revocation failed");
                    Revocation::Failed
                }
            }
        }
        _ => Revocation::NotSupported,
    };
    tracing::info!(connection = %id, ?revocation, "disconnected");
    Ok(Disconnected { revocation })
}
