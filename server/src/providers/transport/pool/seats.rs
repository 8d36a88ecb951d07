//! How many calls a shared connection carries at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The most at once, however many more the server takes: another connection takes the next. What so
/// many callers can leave unread of their answers is what the connection's window holds.
pub const CALLS_AT_ONCE: usize = 64;

/// Of one connection.
pub struct Seats {
    taken: AtomicUsize,
    /// What the server takes (RFC 9113 §5.1.2).
    offered: AtomicUsize,
}

/// One call's, until its answer is over.
pub struct Seat(Arc<Seats>);

impl Seats {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            taken: AtomicUsize::new(0),
            offered: AtomicUsize::new(CALLS_AT_ONCE),
        })
    }

    /// The server has said how many it takes.
    pub fn offer(&self, calls: usize) {
        self.offered.store(calls, Ordering::Relaxed);
    }

    /// For the call that has made the connection: one at least can be asked for.
    pub fn first(self: &Arc<Self>) -> Seat {
        self.taken.fetch_add(1, Ordering::Relaxed);
        Seat(Arc::clone(self))
    }

    pub fn take(self: &Arc<Self>) -> Option<Seat> {
        let most = self.offered.load(Ordering::Relaxed).min(CALLS_AT_ONCE);
        let one_more = |taken| (taken < most).then_some(taken + 1);
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .ok()
            .map(|_| Seat(Arc::clone(self)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}
