//! Connections for reads, kept at hand.
//!
//! A pool of sqlx tests a connection with a round trip each time it comes back, which doubles what a
//! read costs. The shelf keeps connections that were in use a moment ago and hands them out as they
//! are. After any failure, those in use then go back to the pool, which tests them.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Database, Pool, pool::PoolConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection that rested this long goes through the pool again: the network may have cut it.
const RESTED: Duration = Duration::from_secs(10);

/// Grows with every failure of a database, in this process.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// Says that a database failed.
pub(super) fn note_failure() {
    FAILURES.fetch_add(1, Ordering::Relaxed);
}

/// Connections at rest, and since when.
type Idle<DB> = Mutex<Vec<(PoolConnection<DB>, Instant)>>;

pub(super) struct Shelf<DB: Database> {
    pool: Pool<DB>,
    idle: Arc<Idle<DB>>,
    permits: Arc<Semaphore>,
    patience: Duration,
}

impl<DB: Database> Shelf<DB> {
    /// At most `size` connections of the pool, which must have more if others use it too.
    pub(super) fn new(pool: Pool<DB>, size: usize, patience: Duration) -> Self {
        Self {
            pool,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(size)),
            patience,
        }
    }

    /// A connection; waits `patience` at most for one to come back.
    pub(super) async fn take(&self) -> Result<Taken<DB>, sqlx::Error> {
        let permit = tokio::time::timeout(self.patience, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let failures = FAILURES.load(Ordering::Relaxed);
        // One that rested too long is given back before another is asked for: the pool may have no more.
        let rested = lock(&self.idle).pop();
        let fresh = rested.filter(|(_, since)| since.elapsed() < RESTED);
        let connection = match fresh {
            Some((connection, _)) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(Taken {
            connection: Some(connection),
            idle: self.idle.clone(),
            failures,
            _permit: permit,
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection in use; goes back to the shelf when it is dropped.
pub(super) struct Taken<DB: Database> {
    /// Some until it is dropped.
    connection: Option<PoolConnection<DB>>,
    idle: Arc<Idle<DB>>,
    failures: u64,
    /// Given back after the connection, which is put back first.
    _permit: OwnedSemaphorePermit,
}

impl<DB: Database> Drop for Taken<DB> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && self.failures == FAILURES.load(Ordering::Relaxed)
        {
            lock(&self.idle).push((connection, Instant::now()));
        }
    }
}

impl<DB: Database> Deref for Taken<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        self.connection.as_ref().expect("a connection in use")
    }
}

impl<DB: Database> DerefMut for Taken<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        self.connection.as_mut().expect("a connection in use")
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Sqlite, sqlite::SqlitePoolOptions};

    use super::*;

    #[tokio::test]
    async fn a_connection_that_rested_makes_room_for_another() {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(1))
            .connect_lazy("sqlite::memory:")
            .expect("a pool");
        let shelf = Shelf::<Sqlite>::new(pool, 1, Duration::from_secs(1));
        drop(shelf.take().await.expect("the first"));
        for (_, since) in lock(&shelf.idle).iter_mut() {
            *since = since.checked_sub(RESTED).expect("a machine that is up");
        }
        drop(shelf.take().await.expect("the pool's only one once more"));
        assert_eq!(lock(&shelf.idle).len(), 1);
    }
}
