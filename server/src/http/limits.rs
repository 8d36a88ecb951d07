//! How many requests a user, a project and an address of the network may make. Counted by each
//! process for itself.

mod budget;

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use ahash::RandomState;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};
use ipnet::IpNet;
use moka::sync::Cache;

pub use budget::Budget;

use super::{AppState, boundary::Current, error::RestError, sdk::cors};
use crate::{
    domain::id::ProjectId,
    use_cases::{Error, Result},
};

/// What a limit lets through at once after a rest, in seconds of its rate.
const WINDOW: u32 = 10;
/// Callers of a kind that are remembered. Who is forgotten begins anew.
const REMEMBERED: u64 = 100_000;

/// Requests a second; 0 is without limit.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    pub user: u32,
    pub project: u32,
    pub address: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// Counts every request by its address, but those of whoever asks whether the server is well.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/health/")
        && let Err(error) = state.limits.count_address(&request)
    {
        let mut refusal = RestError(error).into_response();
        // Nothing in it is anybody's: scripts of every page may read why they wait.
        cors::open(&mut refusal);
        return refusal;
    }
    next.run(request).await
}

pub struct Limits {
    user: Limit<(ProjectId, Arc<str>)>,
    project: Limit<ProjectId>,
    address: Limit<IpAddr>,
    trusted_proxies: Vec<IpNet>,
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        Self {
            user: Limit::new("user", rates.user),
            project: Limit::new("project", rates.project),
            address: Limit::new("address", rates.address),
            trusted_proxies: rates.trusted_proxies,
        }
    }

    /// Counts a request of a user, who was authenticated.
    ///
    /// # Errors
    /// The user, or the project, has none left.
    pub fn count(&self, project: ProjectId, user_id: &Arc<str>) -> Result<()> {
        self.project.count(&project)?;
        self.user.count(&(project, user_id.clone()))
    }

    /// Counts a request of a project's own back end.
    ///
    /// # Errors
    /// The project has none left.
    pub fn count_project(&self, project: ProjectId) -> Result<()> {
        self.project.count(&project)
    }

    /// Counts a request by where it comes from, before anything else is known of it.
    ///
    /// # Errors
    /// The address has none left.
    pub fn count_address(&self, request: &Request) -> Result<()> {
        if self.address.quota.is_none() {
            return Ok(());
        }
        match self.address_of(request) {
            Some(address) => self.address.count(&network(address)),
            None => Ok(()),
        }
    }

    /// Where a request comes from. Behind a proxy that is trusted it is the last address of
    /// `X-Forwarded-For` that no trusted proxy has.
    pub fn address_of(&self, request: &Request) -> Option<IpAddr> {
        let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
        let peer = peer.ip().to_canonical();
        let is_trusted =
            |address: &IpAddr| self.trusted_proxies.iter().any(|net| net.contains(address));
        if !is_trusted(&peer) {
            return Some(peer);
        }
        let mut nearest = peer;
        for address in forwarded(request.headers()) {
            nearest = address;
            if !is_trusted(&nearest) {
                break;
            }
        }
        Some(nearest)
    }
}

/// The addresses of `X-Forwarded-For`, the last hop first, up to one that is none.
fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = IpAddr> {
    let all = headers.get_all("x-forwarded-for").iter().rev();
    all.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','))
        .map_while(|hop| Some(hop.trim().parse::<IpAddr>().ok()?.to_canonical()))
}

/// Whoever has one address of IPv6 has the 64 bits behind it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
    }
}

type Counter = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// One limit for every caller of a kind.
struct Limit<K> {
    name: &'static str,
    quota: Option<Quota>,
    rate: u32,
    counters: Cache<K, Arc<Counter>, RandomState>,
}

impl<K: Clone + Eq + Hash + Send + Sync + 'static> Limit<K> {
    fn new(name: &'static str, rate: u32) -> Self {
        let burst = NonZeroU32::new(rate.saturating_mul(WINDOW));
        let quota = NonZeroU32::new(rate).zip(burst);
        Self {
            name,
            quota: quota.map(|(rate, burst)| Quota::per_second(rate).allow_burst(burst)),
            rate,
            counters: Cache::builder()
                .max_capacity(REMEMBERED)
                // Whoever rests for so long has everything left.
                .time_to_idle(Duration::from_secs(u64::from(WINDOW) * 2))
                .build_with_hasher(RandomState::new()),
        }
    }

    fn count(&self, key: &K) -> Result<()> {
        let Some(quota) = self.quota else {
            return Ok(());
        };
        let counter = match self.counters.get(key) {
            Some(counter) => counter,
            None => self.counters.get_with(key.clone(), || {
                let counter = RateLimiter::direct(quota);
                Arc::new(counter.with_middleware::<StateInformationMiddleware>())
            }),
        };
        let (left, wait) = match counter.check() {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                // Whole seconds, so that whoever waits has waited long enough.
                (0, Some(wait.as_secs() + 1))
            }
        };
        Current::with(|current| {
            current.note(Budget {
                name: self.name,
                rate: self.rate,
                left,
                wait,
            });
        });
        wait.map_or(Ok(()), |seconds| Err(Error::RateLimited { seconds }))
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::HeaderValue};

    use super::*;

    fn limits(rates: Rates) -> Limits {
        Limits::new(rates)
    }

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::new(Body::empty());
        let peer = SocketAddr::new(peer.parse().unwrap(), 4000);
        request.extensions_mut().insert(ConnectInfo(peer));
        for value in forwarded {
            let value = HeaderValue::from_str(value).unwrap();
            request.headers_mut().append("x-forwarded-for", value);
        }
        request
    }

    #[test]
    fn what_a_caller_claims_counts_only_behind_a_trusted_proxy() {
        let limits = limits(Rates {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Rates::default()
        });
        let of = |peer, forwarded: &[&str]| {
            let address = limits.address_of(&request(peer, forwarded));
            address.unwrap().to_string()
        };
        assert_eq!(of("198.51.100.7", &["203.0.113.1"]), "198.51.100.7");
        assert_eq!(of("10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(
            of("10.0.0.1", &["1.2.3.4, 203.0.113.1, 10.0.0.2"]),
            "203.0.113.1"
        );
        assert_eq!(of("10.0.0.1", &["1.2.3.4", "203.0.113.1"]), "203.0.113.1");
        assert_eq!(of("10.0.0.1", &["203.0.113.1, nonsense"]), "10.0.0.1");
        assert_eq!(of("::ffff:10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn each_caller_has_a_budget_of_its_own() {
        let limits = limits(Rates {
            user: 1,
            ..Rates::default()
        });
        let (project, ada) = (ProjectId(uuid::Uuid::nil()), Arc::from("ada"));
        for _ in 0..WINDOW {
            limits.count(project, &ada).unwrap();
        }
        let refused = limits.count(project, &ada);
        assert!(
            matches!(refused, Err(Error::RateLimited { seconds: 1..=2 })),
            "{refused:?}"
        );
        limits.count(project, &"bob".into()).unwrap();
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let limits = limits(Rates {
            address: 1,
            ..Rates::default()
        });
        for host in 0..WINDOW {
            limits
                .count_address(&request(&format!("2001:db8::{host}"), &[]))
                .unwrap();
        }
        assert!(
            limits
                .count_address(&request("2001:db8::ffff", &[]))
                .is_err()
        );
        limits
            .count_address(&request("2001:db8:0:1::1", &[]))
            .unwrap();
    }

    #[test]
    fn zero_is_without_limit() {
        let limits = limits(Rates::default());
        let (project, ada) = (ProjectId(uuid::Uuid::nil()), Arc::from("ada"));
        for _ in 0..100 {
            limits.count(project, &ada).unwrap();
            limits.count_address(&request("192.0.2.1", &[])).unwrap();
        }
    }
}
