//! Work that is due at a time, shared by any number of processes.
//!
//! What is due stands in the database: a row with a due time, written in the same transaction as the
//! change that asks for it. Whoever does it takes the row by a conditional `UPDATE … RETURNING` that
//! moves its due time to the end of a lease, so a process that dies leaves it due again. The loop
//! that calls this is `runtime/work.rs`; why it is not a library is in `docs/jobs.md`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::sync::Notify;

use super::{Result, Services};
use crate::domain::Timestamp;

/// One kind of work.
#[async_trait]
pub trait Work: Send + Sync {
    /// For the log.
    fn name(&self) -> &'static str;

    /// What use cases ring when they have added work of this kind.
    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell;

    /// How late this process may notice what another has added: the longest sleep.
    fn look_again(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// Does what is due, in a batch that takes seconds, and says when the database has something due
    /// next. A time that is over: there is more. None: nothing is waiting. After an error it is called
    /// again, later each time.
    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>>;
}

/// One bell a kind of work.
#[derive(Default)]
pub struct Bells {
    pub housekeeping: Bell,
    pub refresh: Bell,
    pub revocations: Bell,
    pub deliveries: Bell,
}

/// Tells a loop of this process that something may be due before it meant to wake.
pub struct Bell {
    /// Microseconds since 1970: when the loop wakes, as far as it knows.
    wakes_at: AtomicI64,
    changed: Notify,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            wakes_at: AtomicI64::new(i64::MAX),
            changed: Notify::new(),
        }
    }
}

impl Bell {
    /// Something is due at `due`. To be called after the commit that added it; costs nothing when the
    /// loop wakes before that anyway.
    pub fn ring(&self, due: Timestamp) {
        let due = due.as_microsecond();
        if self.wakes_at.fetch_min(due, Ordering::AcqRel) > due {
            self.changed.notify_one();
        }
    }

    /// Forgets what was rung before: the loop is about to look.
    pub fn clear(&self) {
        self.wakes_at.store(i64::MAX, Ordering::Release);
    }

    /// The earliest of what was rung, in microseconds since 1970.
    pub fn wakes_at(&self) -> i64 {
        self.wakes_at.load(Ordering::Acquire)
    }

    /// Returns when an earlier time was rung, now or since the last call.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn only_an_earlier_time_wakes() {
        let bell = Bell::default();
        bell.ring(second(20));
        assert!(bell.changed().now_or_never().is_some());
        bell.ring(second(30));
        bell.ring(second(20));
        assert!(bell.changed().now_or_never().is_none());
        bell.ring(second(10));
        assert!(bell.changed().now_or_never().is_some());
        assert_eq!(bell.wakes_at(), 10_000_000);
    }

    #[test]
    fn what_is_rung_while_the_loop_looks_is_not_forgotten() {
        let bell = Bell::default();
        bell.clear();
        bell.ring(second(10));
        // The loop has looked before that row was there, and means to sleep longer.
        bell.ring(second(600));
        assert_eq!(bell.wakes_at(), 10_000_000);
    }
}
