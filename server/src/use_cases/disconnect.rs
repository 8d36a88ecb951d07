//! Disconnect: revoke at the provider where it can be done, and delete the connection.

use std::sync::Arc;

use app::contract::connect::{Disconnected, Revocation};

use super::{
    Error, Result, Services,
    connect::client_of,
    credential::{self, Live},
    snapshot::{self, SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser, MaySupport,
        permissions::{On, Permission},
    },
    domain::{
        connection::Connection,
        id::{ConnectionId, ProjectId},
        selector::Selector,
    },
    ports::{provider::Target, vault::VaultError},
};

/// A user disconnects one account of their own, or every one of the integration.
pub async fn by_user(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    set_up: &SetUp,
    which: Option<&Selector>,
) -> Result<Disconnected> {
    let mut reader = services.store.read().await?;
    let connections = reader
        .connections()
        .find(user.project, set_up.integration.id, &user.user_id)
        .await?;
    drop(reader);
    let meant: Vec<Connection> = connections
        .into_iter()
        .filter(|known| which.is_none_or(|selector| selector.matches(known)))
        .take(if which.is_some_and(Selector::is_first) {
            1
        } else {
            usize::MAX
        })
        .collect();
    for connection in &meant {
        let on = On::connection(&set_up.integration.integration_type, connection);
        user.may(Permission::Disconnect, on)?;
    }
    let mut told = None;
    for connection in meant {
        let disconnected = run(services, snapshot, connection).await?;
        told = Some(worse(told, disconnected));
    }
    told.ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))
}

/// What to tell of several: the one that leaves most to do.
fn worse(told: Option<Disconnected>, next: Disconnected) -> Disconnected {
    let rank = |revocation: Revocation| match revocation {
        Revocation::Revoked => 0,
        Revocation::NotSupported => 1,
        Revocation::Failed => 2,
    };
    match told {
        Some(told) if rank(told.revocation) >= rank(next.revocation) => told,
        _ => next,
    }
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
    let id = connection.id;
    let set_up = snapshot.find_by_id(connection.integration);
    let live = match credential::open(services, connection) {
        // The key may come back: then it can be revoked, too.
        Err(
            error @ Error::Unreadable {
                reason: VaultError::UnknownKey(_),
                ..
            },
        ) => return Err(error),
        opened => opened,
    };
    let mut work = services.store.begin().await?;
    work.connections().remove(id).await?;
    work.commit().await?;

    let revocation = match (set_up, &live) {
        (Some(set_up), Ok(live)) => revoke(services, set_up, live).await,
        (None, Ok(_)) => Revocation::NotSupported,
        // Nobody can use it, and nobody can end it here: its owner reads that.
        (_, Err(error)) => {
            tracing::error!(%error, "a credential that cannot be opened was removed and not revoked");
            Revocation::Failed
        }
    };
    if let Err(error) = services.store.scrub().await {
        tracing::debug!(%error, "what was deleted stays in the log until it is scrubbed later");
    }
    tracing::info!(connection = %id, ?revocation, "disconnected");
    Ok(Disconnected { revocation })
}

async fn revoke(services: &Services, set_up: &SetUp, live: &Live) -> Revocation {
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.auth_of(&live.connection),
        metadata: &live.connection.metadata,
    };
    let revoked = match client_of(services, set_up, target.auth, &live.fields) {
        Ok(client) => {
            services
                .providers
                .revoke(target, &client, &live.fields)
                .await
        }
        Err(error) => {
            tracing::warn!(connection = %live.connection.id, error = %error, "a revocation failed");
            return Revocation::Failed;
        }
    };
    match revoked {
        Ok(true) => Revocation::Revoked,
        Ok(false) => Revocation::NotSupported,
        Err(error) => {
            tracing::warn!(connection = %live.connection.id, error = %error, "a revocation failed");
            Revocation::Failed
        }
    }
}
