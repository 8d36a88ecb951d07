//! A count of the units of work that have ended in this process.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

#[derive(Clone, Default)]
pub(super) struct Writes(Arc<AtomicU64>);

/// Counts when it is dropped.
pub(super) struct Counted(Writes);

impl Writes {
    pub(super) fn ended(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn begin(&self) -> Counted {
        Counted(self.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Release);
    }
}
