//! When a connection is renewed without anybody asking.
//!
//! A worker renews a token before it ends, so that no caller has to wait for it, and uses a refresh
//! token that would die of rest. Each connection has a place of its own in the time there is: those
//! that were made together are not renewed together.

use std::time::Duration;

use super::{Timestamp, id::ConnectionId};

/// A token that lives shorter than this is renewed when somebody needs it: ahead of that it would be
/// renewed all day for nobody.
const WORTH_IT: Duration = Duration::from_secs(60);

/// The worker is done this long before callers begin to renew.
const LEAD: Duration = Duration::from_secs(60);

/// The longest time over which renewals are spread.
const LONGEST_SPREAD: Duration = Duration::from_secs(24 * 3600);

/// The longest wait of the worker after a failure. A caller does not wait that long.
const LONGEST_WAIT: Duration = Duration::from_secs(900);

/// The longest that a provider is left alone because it asked for it.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What is known of a credential's renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upkeep {
    /// Whether it can be renewed without its owner.
    pub renewable: bool,
    /// How long before a token's end callers renew it.
    pub margin: Duration,
    /// How long the refresh token lives without use, where it dies of rest.
    pub idle: Option<Duration>,
}

/// How long before its end callers renew a token that lives `life`.
pub fn margin_of(margin: Duration, life: Duration) -> Duration {
    margin.min(life / 10)
}

impl Upkeep {
    /// When the worker renews a credential that was issued at `issued`. One that cannot be renewed is
    /// looked at when it ends, so that its owner learns it. None: it needs nothing.
    pub fn due(
        self,
        id: ConnectionId,
        issued: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Option<Timestamp> {
        if !self.renewable {
            return expires_at;
        }
        let place = place(id, issued);
        let before_end = expires_at.and_then(|end| self.before_end(issued, end, place));
        let before_rest = self
            .idle
            .and_then(|idle| issued.checked_add(idle.mul_f64(0.6 + 0.2 * place)).ok());
        [before_end, before_rest].into_iter().flatten().min()
    }

    fn before_end(self, issued: Timestamp, end: Timestamp, place: f64) -> Option<Timestamp> {
        let life = Duration::try_from(end.duration_since(issued)).unwrap_or_default();
        if life < WORTH_IT {
            return None;
        }
        let spread = (life / 12).min(LONGEST_SPREAD).mul_f64(place);
        let early = margin_of(self.margin, life) + LEAD.min(life / 10) + spread;
        end.checked_sub(early).ok()
    }
}

/// The worker's wait after the n-th failure in a row: 15 s, 30 s, 1 min … 15 min.
pub fn wait(failures: u32) -> Duration {
    Duration::from_secs(15 << failures.saturating_sub(1).min(6)).min(LONGEST_WAIT)
}

/// From 0 to 1: the same for one token each time, and evenly spread over connections.
pub fn place(id: ConnectionId, issued: Timestamp) -> f64 {
    // The middle of SplitMix64, over what is random in an id and what differs from token to token.
    let random = id.0.as_u128() as u64;
    let mut mixed = random ^ (issued.as_microsecond() as u64).rotate_left(32);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn id(seed: u128) -> ConnectionId {
        ConnectionId(Uuid::from_u128(seed))
    }

    fn upkeep(margin: u64, idle: Option<u64>) -> Upkeep {
        Upkeep {
            renewable: true,
            margin: Duration::from_secs(margin),
            idle: idle.map(Duration::from_secs),
        }
    }

    proptest! {
        #[test]
        fn a_token_is_renewed_in_its_last_third_and_before_callers_begin(
            seed: u128,
            issued in 0i64..2_000_000_000,
            life in 60i64..100_000_000,
            margin in 0u64..100_000,
        ) {
            let end = second(issued + life);
            let due = upkeep(margin, None).due(id(seed), second(issued), Some(end)).unwrap();
            let life = Duration::from_secs(life.unsigned_abs());
            prop_assert!(due >= second(issued) + life.mul_f64(0.66));
            prop_assert!(due <= end - margin_of(Duration::from_secs(margin), life));
        }

        #[test]
        fn a_refresh_token_is_used_before_it_dies_of_rest(
            seed: u128,
            issued in 0i64..2_000_000_000,
            idle in 1u64..100_000_000,
            life in prop::option::of(1i64..1_000_000_000),
        ) {
            let end = life.map(|life| second(issued + life));
            let due = upkeep(60, Some(idle)).due(id(seed), second(issued), end).unwrap();
            prop_assert!(due < second(issued) + Duration::from_secs(idle).mul_f64(0.81));
        }

        #[test]
        fn the_worker_waits_longer_each_time_but_not_for_ever(failures: u32) {
            prop_assert!(wait(failures) <= LONGEST_WAIT);
            prop_assert!(wait(failures.saturating_add(1)) >= wait(failures));
        }
    }

    #[test]
    fn what_needs_nothing_is_left_alone() {
        let forever = upkeep(60, None).due(id(1), second(0), None);
        let short = upkeep(60, None).due(id(1), second(0), Some(second(59)));
        assert_eq!((forever, short), (None, None));
    }

    #[test]
    fn a_token_that_cannot_be_renewed_is_looked_at_when_it_ends() {
        let mut upkeep = upkeep(60, Some(10));
        upkeep.renewable = false;
        let due = |end| upkeep.due(id(1), second(0), end);
        assert_eq!(due(Some(second(3600))), Some(second(3600)));
        assert_eq!(due(None), None);
    }

    #[test]
    fn a_thousand_connections_of_one_moment_are_spread_evenly() {
        let mut tenths = [0; 10];
        for seed in 0..1000 {
            tenths[(place(id(seed), second(7)) * 10.0) as usize] += 1;
        }
        assert!(tenths.iter().all(|n| (60..140).contains(n)), "{tenths:?}");
    }
}
