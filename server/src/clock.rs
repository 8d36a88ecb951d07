//! The real clock and the real chance.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Instant,
};

use crate::{
    domain::Timestamp,
    ports::clock::{Clock, Entropy},
};

/// Not set: this machine's own clock.
const UNSET: i64 = i64::MIN;

/// The clock of this machine until it is set by another; from then on that one, which is a database's.
/// In between it goes on by the time that passes here, so that nobody who sets this machine's clock
/// changes it.
pub struct ServiceClock {
    made: Instant,
    /// Microseconds since 1970 when it was made, by the clock that it was set by.
    origin: AtomicI64,
}

impl ServiceClock {
    pub fn new() -> Self {
        Self {
            made: Instant::now(),
            origin: AtomicI64::new(UNSET),
        }
    }

    /// It was `now` at `at`.
    pub fn set(&self, now: Timestamp, at: Instant) {
        let passed = micros_between(self.made, at);
        self.origin
            .store(now.as_microsecond() - passed, Ordering::Relaxed);
    }
}

impl Default for ServiceClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ServiceClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the clock that is passed in"
    )]
    fn now(&self) -> Timestamp {
        // Whole microseconds: what PostgreSQL keeps.
        let micros = match self.origin.load(Ordering::Relaxed) {
            UNSET => Timestamp::now().as_microsecond(),
            origin => origin + micros_between(self.made, Instant::now()),
        };
        Timestamp::from_microsecond(micros).unwrap_or_default()
    }
}

fn micros_between(earlier: Instant, later: Instant) -> i64 {
    let passed = later.saturating_duration_since(earlier).as_micros();
    i64::try_from(passed).unwrap_or(i64::MAX)
}

pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system's random source answers");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_goes_by_the_clock_that_it_was_set_by() {
        let clock = ServiceClock::new();
        let here = clock.now();
        let there = here + Duration::from_secs(3600);
        clock.set(there, Instant::now());
        let read = clock.now();
        assert!(read >= there && read < there + Duration::from_secs(60));
        // Told late of a time that was earlier.
        let before = Instant::now().checked_sub(Duration::from_secs(1));
        clock.set(there, before.unwrap_or(clock.made).max(clock.made));
        assert!(clock.now() >= there);
    }
}
