//! One refresh a connection at a time, over any number of processes.
//!
//! In this process callers share one task. Between processes a lease in the database decides; its
//! fencing number keeps a holder that was overtaken from storing. The task is detached from its
//! callers: one that goes away cannot lose a rotated token.

pub mod ahead;
mod hold;
pub mod plan;

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
    future::{BoxFuture, Shared, join_all},
};

use moka::sync::Cache;

use self::hold::Held;
use super::{
    Error, Result, Services,
    credential::{self, Live},
    snapshot::SetUp,
};
use crate::{
    domain::{
        connection::{Connection, ConnectionStatus, InvalidReason, LEASE},
        id::ConnectionId,
    },
    ports::{provider::ProviderError, store::Claim},
};

/// How long a caller waits for another process's refresh.
const PATIENCE: Duration = Duration::from_secs(50);
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

    /// Returns when none is under way: a process that ends before would lose what a provider is just
    /// handing out.
    pub async fn settle(&self) {
        loop {
            let under_way: Vec<_> = self.lock().values().cloned().collect();
            if under_way.is_empty() {
                return;
            }
            join_all(under_way).await;
        }
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
        if connection.is_resting(now) {
            return Err(unavailable(
                "the last refresh failed a moment ago; try again shortly",
            ));
        }
        let host = plan::host(&set_up.definition, &connection);
        if let Some(claim) = claim(services, &connection, seen.version, &host).await? {
            connection.interrupted_at = claim.interrupted_at;
            let held = Held {
                services,
                set_up,
                connection,
                fence: claim.fence,
                host,
            };
            return held.refresh().await;
        }
        if now.duration_since(started).unsigned_abs() > PATIENCE {
            return Err(unavailable(
                "another process has not finished its refresh; try again shortly",
            ));
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_millis(400));
        let mut reader = services.store.read().await?;
        let paused = reader
            .upkeep()
            .pause_of(connection.integration, &host, now)
            .await?;
        if paused.is_some() {
            return Err(unavailable(
                "it asked to call less often; try again shortly",
            ));
        }
        connection = reader
            .connections()
            .lookup(connection.id)
            .await?
            .ok_or_else(|| Error::NotConnected(set_up.definition.name.clone()))?;
    }
}

async fn claim(
    services: &Services,
    connection: &Connection,
    version: i64,
    host: &str,
) -> Result<Option<Claim>> {
    let now = services.now();
    let mut work = services.store.begin().await?;
    let claim = work
        .connections()
        .claim_refresh(
            connection.id,
            version,
            services.process,
            host,
            now,
            now + LEASE,
        )
        .await?;
    work.commit().await?;
    Ok(claim)
}

fn unavailable(why: &str) -> Error {
    Error::Provider(ProviderError::Unavailable(why.to_owned()))
}
