//! Renews credentials before they end, and those that would die of rest.
//!
//! What is due stands in the connections' own rows. A round takes a bounded number of them, few of
//! each integration, and renews them as a caller would: through the lease, so that any number of
//! processes share the work and none is done twice.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures::future::join_all;
use tokio::{sync::Semaphore, time::Instant};

use super::plan::{self, Issued};
use crate::{
    domain::{Timestamp, connection::Connection, id::IntegrationId, upkeep},
    ports::store::Pause,
    use_cases::{
        Error, Result, Services,
        credential::{self, Live},
        snapshot::{self, SetUp},
        work::{Bell, Bells, Work},
    },
};

/// Refreshes that the worker has under way in one process: in all, and with one host.
const AT_ONCE: usize = 64;
const PER_HOST: usize = 16;

/// Connections of a round: of one integration, and in all.
const OF_ONE: u32 = 64;
const OF_ALL: u32 = 512;

/// After that long a round begins no more: the next one sees what became due meanwhile.
const ROUND: Duration = Duration::from_secs(5);

/// A connection that nothing can be done about for now is looked at again after this long: its
/// definition is not there, or its project.
const OUT_OF_ORDER: Duration = Duration::from_secs(3600);

/// How far those are spread that waited for the end of a pause.
const AFTER_PAUSE: Duration = Duration::from_secs(60);

/// Whose limit a refresh counts against: an integration is one client at the provider.
type Lane = (IntegrationId, String);

pub struct RefreshAhead {
    at_once: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Default for RefreshAhead {
    fn default() -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            hosts: Mutex::default(),
        }
    }
}

/// A connection of the round, with what is needed to renew it.
struct Due {
    connection: Connection,
    set_up: SetUp,
}

#[async_trait]
impl Work for RefreshAhead {
    fn name(&self) -> &'static str {
        "refresh"
    }

    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell {
        &bells.refresh
    }

    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>> {
        let now = services.now();
        let mut reader = services.store.read().await?;
        let due = reader.upkeep().due(now, OF_ONE, OF_ALL).await?;
        if due.is_empty() {
            return Ok(reader.upkeep().first_due().await?);
        }
        let pauses = reader.upkeep().pauses(now).await?;
        drop(reader);
        self.round(services, due, pauses).await?;
        Ok(services.store.read().await?.upkeep().first_due().await?)
    }
}

impl RefreshAhead {
    async fn round(
        &self,
        services: &Arc<Services>,
        due: Vec<Connection>,
        pauses: Vec<Pause>,
    ) -> Result<()> {
        let lanes = by_lane(services, due).await?;
        let ends = Instant::now() + ROUND;
        let paused = |lane: &Lane| {
            pauses
                .iter()
                .find(|pause| pause.integration == lane.0 && pause.host == lane.1)
                .map(|pause| pause.ends_at)
        };
        let lanes = lanes
            .into_iter()
            .map(|(lane, due)| self.lane(services, paused(&lane), lane, due, ends));
        join_all(lanes)
            .await
            .into_iter()
            .collect::<Result<Vec<()>>>()?;
        self.forget_idle_hosts();
        Ok(())
    }

    /// Renews those of one lane, some at a time, until the round is over. Where the provider asks for
    /// rest meanwhile, no lease is to be had, and the next round puts them off.
    async fn lane(
        &self,
        services: &Arc<Services>,
        paused_until: Option<Timestamp>,
        lane: Lane,
        due: Vec<Due>,
        ends: Instant,
    ) -> Result<()> {
        if let Some(until) = paused_until {
            return wait_out(services, until, &due).await;
        }
        let host = self.host(&lane.1);
        let mut tasks = Vec::new();
        for next in due {
            let permits = async {
                let of_host = host.clone().acquire_owned().await;
                (of_host, self.at_once.clone().acquire_owned().await)
            };
            let Ok(permits) = tokio::time::timeout_at(ends, permits).await else {
                break;
            };
            let services = services.clone();
            tasks.push(tokio::spawn(async move {
                renew(&services, next).await;
                drop(permits);
            }));
        }
        // What takes longer goes on by itself, with its permits.
        let _ = tokio::time::timeout_at(ends, join_all(tasks)).await;
        Ok(())
    }

    fn host(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = || Arc::new(Semaphore::new(PER_HOST));
        hosts.entry(host.to_owned()).or_insert_with(limit).clone()
    }

    fn forget_idle_hosts(&self) {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.retain(|_, limit| limit.available_permits() < PER_HOST);
    }
}

/// Those whose integration or definition is not there for now are put off.
async fn by_lane(services: &Services, due: Vec<Connection>) -> Result<HashMap<Lane, Vec<Due>>> {
    let mut set_ups: HashMap<IntegrationId, Option<SetUp>> = HashMap::new();
    let mut lanes: HashMap<Lane, Vec<Due>> = HashMap::new();
    let mut lost = Vec::new();
    for connection in due {
        let known = match set_ups.entry(connection.integration) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(set_up_of(services, &connection).await?),
        };
        let Some(set_up) = known.clone() else {
            lost.push(connection);
            continue;
        };
        let host = plan::host(&set_up.definition, &connection);
        let lane = (connection.integration, host);
        let due = Due { connection, set_up };
        lanes.entry(lane).or_default().push(due);
    }
    let again = Some(services.now() + OUT_OF_ORDER);
    let lost: Vec<_> = lost.iter().map(|connection| (connection, again)).collect();
    put_off(services, &lost).await?;
    Ok(lanes)
}

async fn set_up_of(services: &Services, connection: &Connection) -> Result<Option<SetUp>> {
    match snapshot::fresh(services, connection.project).await {
        Ok(snapshot) => Ok(snapshot.find_by_id(connection.integration).cloned()),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// One connection. What goes wrong is noted in its row, or in the log.
async fn renew(services: &Arc<Services>, due: Due) {
    let connection = due.connection.clone();
    let Err(error) = try_renew(services, due).await else {
        return;
    };
    let id = connection.id;
    tracing::debug!(connection = %id, error = %error, "not renewed");
    // Nothing, where the attempt has set the time itself.
    let wait = match error {
        Error::Internal(_) => OUT_OF_ORDER,
        _ => upkeep::wait(1),
    };
    let again = Some(services.now() + wait);
    if let Err(error) = put_off(services, &[(&connection, again)]).await {
        tracing::warn!(connection = %id, error = %error, "a connection stays due");
    }
}

async fn try_renew(services: &Arc<Services>, due: Due) -> Result<()> {
    let live = credential::open(services, due.connection)?;
    let connection = &live.connection;
    let now = services.now();
    let planned = planned(&due.set_up, &live);
    let unsettled = connection.lease.is_some()
        || connection.interrupted_at.is_some()
        || connection.failure.is_some();
    if !unsettled && planned.is_none_or(|planned| planned > now) {
        // Due by what was known when it was stored, and not by its definition of today.
        return put_off(services, &[(connection, planned)]).await;
    }
    super::run(services, &due.set_up, &live).await.map(drop)
}

/// When a connection is due by its definition, now that its credential is open.
fn planned(set_up: &SetUp, live: &Live) -> Option<Timestamp> {
    let connection = &live.connection;
    let issued = Issued {
        id: connection.id,
        status: connection.status,
        method: &connection.method,
        fields: &live.fields,
        at: connection.refreshed_at.unwrap_or(connection.created_at),
        expires_at: connection.expires_at,
    };
    plan::due(&set_up.definition, &issued)
}

/// After a pause, not all at once.
async fn wait_out(services: &Services, until: Timestamp, due: &[Due]) -> Result<()> {
    let moved: Vec<_> = due
        .iter()
        .map(|Due { connection, .. }| {
            let spread = AFTER_PAUSE.mul_f64(upkeep::place(connection.id, until));
            (connection, Some(until + spread))
        })
        .collect();
    put_off(services, &moved).await
}

async fn put_off(services: &Services, moved: &[(&Connection, Option<Timestamp>)]) -> Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    let mut work = services.store.begin().await?;
    for (connection, until) in moved {
        if let Some(seen) = connection.refresh_due_at {
            work.upkeep().put_off(connection.id, seen, *until).await?;
        }
    }
    Ok(work.commit().await?)
}
