//! Time and chance, passed in so that tests can hold them still.

use crate::domain::Timestamp;

pub trait Clock: Send + Sync {
    /// Now, to the microsecond.
    fn now(&self) -> Timestamp;
}

pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}
