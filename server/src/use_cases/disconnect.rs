//! Disconnect: revoke at the provider where it can be done, and delete the connection.

use std::sync::Arc;

use app::contract::connect::{Disconnected, Revocation, RevokedToken, TokenKind};
use serde_json::json;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    events,
    revocations::{self, Told},
    snapshot::SetUp,
};
use crate::{
    access::{
        EndUser, MaySupport,
        permissions::{On, Permission},
    },
    domain::{
        audit::{Action, Actor},
        connection::Connection,
        event::{Change, Subject},
        id::{ConnectionId, ProjectId},
        revocation::{LEASE, TokenOutcome},
        selector::Selector,
    },
};

/// A user disconnects one account of their own, or every one of the integration.
pub async fn by_user(
    services: &Services,
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
        let disconnected = run(services, &connection, None).await?;
        told = Some(both(told, disconnected));
    }
    told.ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))
}

/// What to tell of several: every token, and of all the one that leaves most to do.
fn both(told: Option<Disconnected>, next: Disconnected) -> Disconnected {
    let rank = |revocation: Revocation| match revocation {
        Revocation::Revoked => 0,
        Revocation::NotSupported => 1,
        Revocation::Failed => 2,
    };
    let Some(mut told) = told else { return next };
    if rank(next.revocation) > rank(told.revocation) {
        told.revocation = next.revocation;
    }
    told.tokens.extend(next.tokens);
    told.retrying |= next.retrying;
    told
}

/// An operator disconnects a user's account.
pub async fn by_staff(
    services: &Arc<Services>,
    right: MaySupport,
    project: ProjectId,
    id: ConnectionId,
) -> Result<Disconnected> {
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
    run(services, &connection, Some(right.actor())).await
}

/// From the first commit on nobody uses the credential, and the provider is told whatever becomes of
/// this process. What became of the tokens is told, not assumed.
async fn run(
    services: &Services,
    connection: &Connection,
    by: Option<&Actor>,
) -> Result<Disconnected> {
    let now = services.now();
    let until = now + LEASE;
    let mut work = services.store.begin().await?;
    let revocation = work.revocations().begin(connection.id, now, until).await?;
    let subject = Subject::from(&revocation);
    events::add(services, &mut *work, subject, [Change::Deleted]).await?;
    if let Some(actor) = by {
        let id = connection.id.to_string();
        let did = Did {
            detail: json!({ "userId": connection.user_id }),
            ..Did::new(
                Action::ConnectionDisconnected,
                Some(connection.project),
                &id,
            )
        };
        audit::record(&mut *work, now, actor, did).await?;
    }
    events::commit(services, work).await?;
    services.bells.revocations.ring(until);
    let told = revocations::attempt(services, revocation).await.map(told);
    services.scrub().await;
    told
}

fn told(told: Told) -> Disconnected {
    let tokens = [
        (TokenKind::RefreshToken, told.outcome.refresh_token),
        (TokenKind::AccessToken, told.outcome.access_token),
    ];
    Disconnected {
        revocation: revocation(told.outcome.worst()),
        tokens: tokens
            .into_iter()
            .filter_map(|(token, outcome)| {
                Some(RevokedToken {
                    token,
                    revocation: revocation(outcome?),
                })
            })
            .collect(),
        retrying: told.again,
    }
}

fn revocation(outcome: TokenOutcome) -> Revocation {
    match outcome {
        TokenOutcome::Revoked => Revocation::Revoked,
        TokenOutcome::NotSupported => Revocation::NotSupported,
        TokenOutcome::Failed => Revocation::Failed,
    }
}
