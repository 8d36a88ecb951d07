//! Which clock the processes of one database go by: leases between them mean nothing otherwise.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::{
    clock::ServiceClock,
    ports::store::{Store, StoreResult},
};

const EVERY: Duration = Duration::from_secs(10);

/// An answer that took longer says too little of when it was right.
const TOO_LONG: Duration = Duration::from_secs(1);

/// Sets the clock by the database's. Gives whether that one counts.
pub async fn set(clock: &ServiceClock, store: &dyn Store) -> StoreResult<bool> {
    let asked = Instant::now();
    let Some(now) = store.now().await? else {
        return Ok(false);
    };
    let took = asked.elapsed();
    if took < TOO_LONG {
        clock.set(now, asked + took / 2);
    }
    Ok(true)
}

/// Keeps it set until the server ends.
pub async fn keep(
    clock: Arc<ServiceClock>,
    store: Arc<dyn Store>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = every.tick() => {
                match set(&clock, &*store).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::debug!(error = %error, "the database's clock could not be read");
                    }
                }
            }
        }
    }
}
