//! One refresh a connection at a time, over any number of processes.
//!
//! In this process callers share one task. Between processes a lease in the database decides; its
//! fencing number keeps a holder that was overtaken from storing. The task is detached from its
//! callers: one that goes away cannot lose a rotated token.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use moka::sync::Cache;

use super::{
    Error, Result, Services,
    connect::client_of,
    credential::{self, Live},
    snapshot::SetUp,
};
use crate::{
    domain::{
        connection::{Connection, ConnectionStatus, InvalidReason, LEASE},
        id::ConnectionId,
        token_set::{CredentialFields, TokenSet},
    },
    ports::{
        provider::{ProviderError, Target},
        store::{NewCredential, StoreError},
    },
};

/// How long a caller waits for another process's refresh.
const PATIENCE: Duration = Duration::from_secs(50);
/// How often a store that is locked or away is tried with a token that must not be lost.
const STORE_ATTEMPTS: u32 = 8;

/// After so many refreshes of one connection within a minute, a 401 is passed on as it is.
const FORCED_A_MINUTE: u32 = 20;

type Outcome = Result<Arc<Live>>;

type UnderWay = HashMap<ConnectionId, Shared<BoxFuture<'static, Outcome>>>;

/// Refreshes of this process, by connection.
pub struct Refreshes {
    under_way: Mutex<UnderWay>,
    /// How many were begun within a minute.
    begun: Cache<ConnectionId, Arc<AtomicU32>>,
}

impl Default for Refreshes {
    fn default() -> Self {
        let begun = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(Duration::from_secs(60))
            .build();
        Self {
            under_way: Mutex::default(),
            begun,
        }
    }
}

impl Refreshes {
    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more 401 may lead to a refresh. A provider that refuses fresh tokens means
    /// something else by it, and is not asked for new ones for ever.
    pub fn may_force(&self, connection: ConnectionId) -> bool {
        self.begun
            .get(&connection)
            .is_none_or(|begun| begun.load(Ordering::Relaxed) < FORCED_A_MINUTE)
    }

    fn count(&self, connection: ConnectionId) {
        self.begun
            .get_with(connection, Arc::default)
            .fetch_add(1, Ordering::Relaxed);
    }
}

/// Renews a credential that was seen as `live`, or joins whoever is at it. The answer is newer than
/// `live`. Errors: `ReconnectRequired` when the grant is over, `Provider` when it could not be
/// renewed for now.
pub async fn run(services: &Arc<Services>, set_up: &SetUp, live: &Live) -> Outcome {
    let id = live.connection.id;
    let shared = {
        let mut under_way = services.caches.refreshes.lock();
        if let Some(shared) = under_way.get(&id) {
            shared.clone()
        } else {
            let shared = spawn(services.clone(), set_up.clone(), live.connection.clone());
            under_way.insert(id, shared.clone());
            services.caches.refreshes.count(id);
            shared
        }
    };
    shared.await
}

fn spawn(
    services: Arc<Services>,
    set_up: SetUp,
    seen: Connection,
) -> Shared<BoxFuture<'static, Outcome>> {
    let id = seen.id;
    let task = tokio::spawn(async move {
        let outcome = renew(&services, &set_up, seen).await;
        services.caches.refreshes.lock().remove(&id);
        outcome
    });
    async move {
        task.await
            .unwrap_or_else(|_| Err(Error::Internal("the refresh task ended early".to_owned())))
    }
    .boxed()
    .shared()
}

async fn renew(services: &Services, set_up: &SetUp, seen: Connection) -> Outcome {
    let started = services.now();
    let mut wait = Duration::from_millis(20);
    let mut connection = seen.clone();
    loop {
        if connection.status == ConnectionStatus::NeedsReauth {
            let reason = connection
                .invalid_reason
                .unwrap_or(InvalidReason::GrantRefused);
            return Err(Error::ReconnectRequired(reason));
        }
        if connection.version != seen.version {
            return credential::open(services, connection).map(Arc::new);
        }
        let now = services.now();
        if connection.retry_at.is_some_and(|retry_at| retry_at > now) {
            return Err(unavailable(
                "the last refresh failed a moment ago; try again shortly",
            ));
        }
        let claimed = {
            let mut work = services.store.begin().await?;
            let fence = work
                .connections()
                .claim_refresh(
                    connection.id,
                    seen.version,
                    services.process,
                    now,
                    now + LEASE,
                )
                .await?;
            work.commit().await?;
            fence
        };
        if let Some(fence) = claimed {
            return hold(services, set_up, connection, fence).await;
        }
        if now.duration_since(started).unsigned_abs() > PATIENCE {
            return Err(unavailable(
                "another process has not finished its refresh; try again shortly",
            ));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_millis(400));
        connection = services
            .store
            .read()
            .await?
            .connections()
            .lookup(connection.id)
            .await?
            .ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))?;
    }
}

/// Calls the provider while holding the lease, outside any transaction, and stores what it says.
async fn hold(services: &Services, set_up: &SetUp, connection: Connection, fence: i64) -> Outcome {
    let live = credential::open(services, connection)?;
    let connection = &live.connection;
    let Some(refresh_token) = live.fields.get(CredentialFields::REFRESH_TOKEN) else {
        return give_up(services, connection, fence, InvalidReason::NoRefreshToken).await;
    };
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.auth_of(connection),
        metadata: &connection.metadata,
    };
    let client = client_of(services, set_up, target.auth, &live.fields)?;
    match services
        .providers
        .refresh(target, &client, refresh_token)
        .await
    {
        Ok(tokens) => store(services, &live, &tokens, fence).await,
        Err(ProviderError::GrantRefused(reason)) => {
            tracing::info!(connection = %connection.id, reason, "the provider ended a grant");
            give_up(services, connection, fence, InvalidReason::GrantRefused).await
        }
        Err(error) => {
            tracing::warn!(connection = %connection.id, error = %error, "a refresh failed");
            let now = services.now();
            let retry_at = now + Connection::backoff(connection.refresh_failures + 1);
            let mut work = services.store.begin().await?;
            work.connections()
                .fail_refresh(connection.id, services.process, fence, retry_at, now)
                .await?;
            work.commit().await?;
            Err(Error::Provider(error))
        }
    }
}

/// Stores the new token before anybody uses it. A database that is locked or away is tried again:
/// the old refresh token may be dead already.
async fn store(services: &Services, live: &Live, tokens: &TokenSet, fence: i64) -> Outcome {
    let connection = &live.connection;
    let fields = live.fields.with_tokens(tokens);
    let mut metadata = connection.metadata.clone();
    metadata.extend(tokens.metadata.clone());
    let new = NewCredential {
        credential: credential::seal(services, connection.project, connection.id, &fields),
        expires_at: tokens.expires_at,
        method: connection.method.clone(),
        status: connection.status,
        scopes: tokens.scopes.clone().or_else(|| connection.scopes.clone()),
        metadata,
    };
    let mut wait = Duration::from_millis(50);
    for attempt in 1..=STORE_ATTEMPTS {
        match try_store(services, connection, &new, fence).await {
            Ok(()) => break,
            Err(StoreError::Unavailable(_)) if attempt < STORE_ATTEMPTS => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let stored = services
        .store
        .read()
        .await?
        .connections()
        .lookup(connection.id)
        .await?;
    credential::open(services, stored.ok_or(Error::NotFound("connection"))?).map(Arc::new)
}

async fn try_store(
    services: &Services,
    connection: &Connection,
    new: &NewCredential,
    fence: i64,
) -> std::result::Result<(), StoreError> {
    let mut work = services.store.begin().await?;
    work.connections()
        .finish_refresh(connection.id, services.process, fence, new, services.now())
        .await?;
    work.commit().await
}

async fn give_up(
    services: &Services,
    connection: &Connection,
    fence: i64,
    reason: InvalidReason,
) -> Outcome {
    let mut work = services.store.begin().await?;
    work.connections()
        .mark_invalid(
            connection.id,
            services.process,
            fence,
            reason,
            services.now(),
        )
        .await?;
    work.commit().await?;
    Err(Error::ReconnectRequired(reason))
}

fn unavailable(why: &str) -> Error {
    Error::Provider(ProviderError::Unavailable(why.to_owned()))
}
