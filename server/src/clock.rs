//! The real clock and the real chance.

use crate::{
    domain::Timestamp,
    ports::clock::{Clock, Entropy},
};

pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the clock that is passed in"
    )]
    fn now(&self) -> Timestamp {
        // Whole microseconds: what PostgreSQL keeps.
        Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or_default()
    }
}

pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system's random source answers");
    }
}
