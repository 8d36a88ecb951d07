//! Keys of identity providers, kept in memory.
//!
//! They are asked for again when their time is over, or when a token names one that is not among
//! them: by one call at a time, and once a minute at most. While the issuer does not answer, those
//! that are known go on to work for [`GRACE`].

use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use jsonwebtoken::DecodingKey;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::Services;
use crate::{
    domain::{Timestamp, id::IssuerId, issuer::Issuer},
    ports::{
        clock::Clock,
        key_source::{KeySet, KeySource, PublicKey},
    },
};

/// Keys are kept at least this long, and this long where the issuer does not say.
pub const SHORTEST: Duration = Duration::from_secs(60);
/// And at most this long: a key that the issuer withdrew works no longer than that.
pub const LONGEST: Duration = Duration::from_secs(3600);
/// Between two calls to an issuer whose keys are known.
pub const PAUSE: Duration = Duration::from_secs(60);
/// Between two calls to an issuer that has not answered yet.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// How long keys work after their time while the issuer does not answer.
pub const GRACE: Duration = Duration::from_secs(6 * 3600);

/// By issuer; at most 1,000, each with as many keys as a source gives at most.
pub struct IssuerKeys(Cache<IssuerId, Arc<Shelf>>);

impl Default for IssuerKeys {
    fn default() -> Self {
        Self(Cache::new(1_000))
    }
}

#[derive(Default)]
struct Shelf {
    state: RwLock<State>,
    /// Held while the issuer is asked.
    asking: Arc<Mutex<()>>,
}

#[derive(Clone, Default)]
struct State {
    known: Option<Arc<Known>>,
    asked_at: Option<Timestamp>,
}

/// What an issuer answered last.
pub struct Known {
    keys: Vec<IssuerKey>,
    fresh_until: Timestamp,
}

pub struct IssuerKey {
    id: Option<String>,
    pub print: Fingerprint,
    pub key: DecodingKey,
}

/// Of the key itself: a `kid` can be given to another.
pub type Fingerprint = [u8; 32];

impl Known {
    fn new(set: KeySet, now: Timestamp) -> Self {
        let age = set.max_age.unwrap_or(SHORTEST).clamp(SHORTEST, LONGEST);
        Self {
            keys: set.keys.into_iter().filter_map(IssuerKey::new).collect(),
            fresh_until: now + age,
        }
    }

    /// The key of a token. One without `kid` is only clear where there is a single key.
    pub fn find(&self, id: Option<&str>) -> Option<&IssuerKey> {
        match (id, self.keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.id.as_deref() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    pub fn holds(&self, print: &Fingerprint) -> bool {
        self.keys.iter().any(|key| key.print == *print)
    }
}

impl IssuerKey {
    fn new(public: PublicKey) -> Option<Self> {
        let mut digest = Sha256::new();
        digest.update(public.n.as_bytes());
        digest.update(b".");
        digest.update(public.e.as_bytes());
        Some(Self {
            key: DecodingKey::from_rsa_components(&public.n, &public.e).ok()?,
            id: public.id,
            print: digest.finalize().into(),
        })
    }
}

impl State {
    /// The keys that may be used without asking first.
    fn usable(&self, now: Timestamp) -> Option<&Arc<Known>> {
        let known = self.known.as_ref()?;
        let spared = now < known.fresh_until + GRACE && !self.may_ask(now);
        (now < known.fresh_until || spared).then_some(known)
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        let pause = if self.known.is_some() {
            PAUSE
        } else {
            FIRST_PAUSE
        };
        self.asked_at.is_none_or(|asked_at| now >= asked_at + pause)
    }
}

impl Shelf {
    // A thread that panicked has not left half a state behind.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IssuerKeys {
    /// The issuer's keys; none where it has to be asked first.
    pub fn usable(&self, issuer: IssuerId, now: Timestamp) -> Option<Arc<Known>> {
        self.0.get(&issuer)?.read().usable(now).cloned()
    }

    /// Whether enough time has passed to ask again.
    pub fn may_ask(&self, issuer: IssuerId, now: Timestamp) -> bool {
        let shelf = self.0.get(&issuer);
        shelf.is_none_or(|shelf| shelf.read().may_ask(now))
    }

    fn shelf(&self, issuer: IssuerId) -> Arc<Shelf> {
        self.0.get_with(issuer, Arc::default)
    }
}

/// Asks the issuer, or waits for the one who does. Whether it answered shows in what is usable then.
pub async fn renew(services: &Services, issuer: &Issuer) {
    let shelf = services.caches.issuer_keys.shelf(issuer.id);
    let turn = shelf.asking.clone().lock_owned().await;
    if !shelf.read().may_ask(services.now()) {
        return;
    }
    shelf.write().asked_at = Some(services.now());
    let (source, clock) = (services.key_source.clone(), services.clock.clone());
    let issuer = issuer.clone();
    // By itself, so that a caller who goes away does not leave the others without keys.
    let asking = tokio::spawn(async move {
        let _turn = turn;
        ask(&shelf, &*source, &*clock, &issuer).await;
    });
    let _ = asking.await;
}

async fn ask(shelf: &Shelf, source: &dyn KeySource, clock: &dyn Clock, issuer: &Issuer) {
    match source.fetch(issuer).await {
        Ok(set) => {
            let known = Arc::new(Known::new(set, clock.now()));
            shelf.write().known = Some(known);
        }
        Err(error) => {
            tracing::warn!(issuer = issuer.issuer, %error, "keys of an issuer could not be read");
        }
    }
}
