//! Keys that wrap data keys: which there are, which one seals, and which step may be taken next.
//! Here a key is its id; the key itself is known to the vault alone.
//!
//! ```text
//! add      a key becomes known: every process fetches it        added
//! rotate   it seals from now on; what others sealed follows     primary, the one before: former
//! retire   nothing needs a former key any more                  retired
//! ```

use std::{fmt, str::FromStr, time::Duration};

use super::{Timestamp, id::ProcessId};

/// The first 8 bytes of the key's SHA-256 under a label. Safe to print: hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncryptionKeyId(pub [u8; 8]);

impl fmt::Display for EncryptionKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EncryptionKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key id has 16 hexadecimal digits; `patchbay keyring status` lists them")]
pub struct NoKeyId;

impl FromStr for EncryptionKeyId {
    type Err = NoKeyId;

    fn from_str(text: &str) -> Result<Self, NoKeyId> {
        if text.len() != 16 || !text.is_ascii() {
            return Err(NoKeyId);
        }
        let mut id = [0; 8];
        for (index, byte) in id.iter_mut().enumerate() {
            let digits = &text[index * 2..index * 2 + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NoKeyId)?;
        }
        Ok(Self(id))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Nothing is sealed with it yet.
    Added,
    /// Seals everything that is written. There is one, always.
    Primary,
    /// Sealed once; values may still need it.
    Former,
    /// No value needs it. Backups may.
    Retired,
}

impl KeyState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Primary => "primary",
            Self::Former => "former",
            Self::Retired => "retired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Added, Self::Primary, Self::Former, Self::Retired]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownKey {
    pub id: EncryptionKeyId,
    pub state: KeyState,
    /// When it came into this state.
    pub since: Timestamp,
}

/// A server that runs, as it told the database a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub process: ProcessId,
    /// For people: where it listens.
    pub name: String,
    pub keys: Vec<EncryptionKeyId>,
    /// The key that it seals with.
    pub primary: EncryptionKeyId,
    /// How long ago it told, by the database's clock.
    pub age: Duration,
}

/// A server that has been silent for so long has ended.
pub const HOLDER_LIFE: Duration = Duration::from_secs(30);

/// How long a key must have been former before it retires: longer than any write that was sealed
/// with it, and not committed yet, goes on.
pub const LAST_WRITES: Duration = Duration::from_secs(60);

/// Why a step is not taken. Each says what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    #[error("there is no key {0} in this database; `patchbay keyring status` lists them")]
    Unknown(EncryptionKeyId),
    #[error("key {0} is retired: make a new one (openssl rand -base64 32) and add it")]
    Retired(EncryptionKeyId),
    #[error(
        "the server {name} does not have key {key}: give it the key, and where it cannot read its keys again \
         (PATCHBAY_ENCRYPTION_KEY) restart it; then try again"
    )]
    NotEverywhere { name: String, key: EncryptionKeyId },
    #[error("key {0} seals what is written: rotate to another key first")]
    IsPrimary(EncryptionKeyId),
    #[error("{count} values are still sealed with key {key}: run `patchbay keyring rotate` first")]
    InUse { key: EncryptionKeyId, count: u64 },
    #[error(
        "the server {name} still seals with key {key}: wait a few seconds, and if it stays so restart it"
    )]
    StillSeals { name: String, key: EncryptionKeyId },
    #[error(
        "key {0} sealed until a moment ago, and a write may be under way: try again in a minute"
    )]
    TooSoon(EncryptionKeyId),
}

/// The keys of a database, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyring(pub Vec<KnownKey>);

/// A key and the state that it comes into.
pub type Change = (EncryptionKeyId, KeyState);

impl Keyring {
    pub fn state(&self, id: EncryptionKeyId) -> Option<KeyState> {
        self.0.iter().find(|key| key.id == id).map(|key| key.state)
    }

    pub fn primary(&self) -> Option<EncryptionKeyId> {
        self.in_state(KeyState::Primary).next()
    }

    pub fn in_state(&self, state: KeyState) -> impl Iterator<Item = EncryptionKeyId> {
        let found = self.0.iter().filter(move |key| key.state == state);
        found.map(|key| key.id)
    }

    /// What a process must have to read everything: the primary first.
    pub fn needed(&self) -> impl Iterator<Item = EncryptionKeyId> {
        let former = self.in_state(KeyState::Former);
        self.primary().into_iter().chain(former)
    }

    /// Makes a key known. One that is known already changes nothing.
    ///
    /// # Errors
    /// Retired: a key comes back never, so that its remains stay closed.
    pub fn add(&self, id: EncryptionKeyId) -> Result<Option<Change>, KeyringError> {
        match self.state(id) {
            None => Ok(Some((id, KeyState::Added))),
            Some(KeyState::Retired) => Err(KeyringError::Retired(id)),
            Some(_) => Ok(None),
        }
    }

    /// Makes a key the one that seals. The one that does already changes nothing.
    ///
    /// # Errors
    /// NotEverywhere: a server that runs could not open what others seal with it.
    pub fn promote(
        &self,
        id: EncryptionKeyId,
        holders: &[Holder],
    ) -> Result<Vec<Change>, KeyringError> {
        match self.state(id) {
            None => return Err(KeyringError::Unknown(id)),
            Some(KeyState::Retired) => return Err(KeyringError::Retired(id)),
            Some(KeyState::Primary) => return Ok(Vec::new()),
            Some(KeyState::Added | KeyState::Former) => {}
        }
        if let Some(without) = holders.iter().find(|holder| !holder.keys.contains(&id)) {
            return Err(KeyringError::NotEverywhere {
                name: without.name.clone(),
                key: id,
            });
        }
        let former = self.primary().map(|former| (former, KeyState::Former));
        Ok(former
            .into_iter()
            .chain([(id, KeyState::Primary)])
            .collect())
    }

    /// Ends a key. `in_use`: how many values are sealed with it. One that is retired already
    /// changes nothing.
    ///
    /// # Errors
    /// Something still needs it, or may in a moment.
    pub fn retire(
        &self,
        id: EncryptionKeyId,
        holders: &[Holder],
        in_use: u64,
        now: Timestamp,
    ) -> Result<Option<Change>, KeyringError> {
        let Some(known) = self.0.iter().find(|key| key.id == id) else {
            return Err(KeyringError::Unknown(id));
        };
        match known.state {
            KeyState::Primary => return Err(KeyringError::IsPrimary(id)),
            KeyState::Retired => return Ok(None),
            KeyState::Added | KeyState::Former => {}
        }
        if in_use > 0 {
            return Err(KeyringError::InUse {
                key: id,
                count: in_use,
            });
        }
        if let Some(old) = holders.iter().find(|holder| holder.primary == id) {
            return Err(KeyringError::StillSeals {
                name: old.name.clone(),
                key: id,
            });
        }
        if known.state == KeyState::Former && now < known.since + LAST_WRITES {
            return Err(KeyringError::TooSoon(id));
        }
        Ok(Some((id, KeyState::Retired)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(key: u8) -> EncryptionKeyId {
        EncryptionKeyId([key; 8])
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn holder(keys: &[u8], primary: u8) -> Holder {
        Holder {
            process: ProcessId(Uuid::from_u128(1)),
            name: "127.0.0.1:3000".to_owned(),
            keys: keys.iter().copied().map(id).collect(),
            primary: id(primary),
            age: Duration::ZERO,
        }
    }

    /// Whatever may be asked of a ring. A server is there, with some keys.
    #[derive(Clone, Debug)]
    enum Step {
        Add(u8),
        Promote(u8, Vec<u8>),
        Rewrap,
        Retire(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u8..4).prop_map(Step::Add),
            (0u8..4, prop::collection::vec(0u8..4, 0..4))
                .prop_map(|(key, held)| Step::Promote(key, held)),
            Just(Step::Rewrap),
            (0u8..4).prop_map(Step::Retire),
        ]
    }

    fn put(ring: &mut Keyring, (id, state): Change, since: Timestamp) {
        match ring.0.iter_mut().find(|key| key.id == id) {
            Some(known) => (known.state, known.since) = (state, since),
            None => ring.0.push(KnownKey { id, state, since }),
        }
    }

    proptest! {
        #[test]
        fn no_order_of_steps_leaves_a_value_without_its_key(
            steps in prop::collection::vec((step(), 1i64..90), 0..24),
        ) {
            let mut ring = Keyring(vec![KnownKey { id: id(0), state: KeyState::Primary, since: second(0) }]);
            // The key of each value. One is written between any two steps.
            let mut values = vec![id(0)];
            let mut now = 0;
            for (step, wait) in steps {
                now += wait;
                let before = ring.clone();
                match step {
                    Step::Add(key) => if let Ok(Some(change)) = ring.add(id(key)) {
                        put(&mut ring, change, second(now));
                    },
                    Step::Promote(key, held) => {
                        let holders = [holder(&held, 0)];
                        if let Ok(changes) = ring.promote(id(key), &holders) {
                            prop_assert!(changes.is_empty() || held.contains(&key));
                            for change in changes {
                                put(&mut ring, change, second(now));
                            }
                        }
                    }
                    Step::Rewrap => values.iter_mut().for_each(|key| *key = ring.primary().unwrap()),
                    Step::Retire(key) => {
                        let in_use = values.iter().filter(|used| **used == id(key)).count() as u64;
                        let holders = [holder(&[], 9)];
                        if let Ok(Some(change)) = ring.retire(id(key), &holders, in_use, second(now)) {
                            put(&mut ring, change, second(now));
                        }
                    }
                }
                prop_assert_eq!(ring.in_state(KeyState::Primary).count(), 1);
                for retired in before.in_state(KeyState::Retired) {
                    prop_assert_eq!(ring.state(retired), Some(KeyState::Retired), "it came back");
                }
                values.push(ring.primary().unwrap());
                let needed: Vec<_> = ring.needed().collect();
                for key in &values {
                    prop_assert!(needed.contains(key), "{key} is needed and not in {ring:?}");
                }
            }
        }

        #[test]
        fn an_id_is_read_as_it_is_written(bytes: [u8; 8]) {
            let id = EncryptionKeyId(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn any_text_is_an_id_or_an_error(text: String) {
            let _ = text.parse::<EncryptionKeyId>();
        }
    }

    #[test]
    fn a_server_in_the_way_is_named() {
        let known = |key, state, since| KnownKey {
            id: id(key),
            state,
            since: second(since),
        };
        let ring = Keyring(vec![
            known(1, KeyState::Former, 100),
            known(2, KeyState::Primary, 100),
            known(3, KeyState::Added, 100),
        ]);
        let without = [holder(&[1, 2, 3], 2), holder(&[1, 2], 2)];
        assert!(matches!(
            ring.promote(id(3), &without),
            Err(KeyringError::NotEverywhere { .. })
        ));
        let behind = [holder(&[1, 2], 1)];
        assert!(matches!(
            ring.retire(id(1), &behind, 0, second(900)),
            Err(KeyringError::StillSeals { .. })
        ));
        let retire = |now| ring.retire(id(1), &[], 0, second(now));
        assert_eq!(retire(159), Err(KeyringError::TooSoon(id(1))));
        assert_eq!(retire(160), Ok(Some((id(1), KeyState::Retired))));
        let used = ring.retire(id(1), &[], 1, second(900));
        assert!(matches!(used, Err(KeyringError::InUse { count: 1, .. })));
        assert_eq!(
            ring.retire(id(2), &[], 0, second(900)),
            Err(KeyringError::IsPrimary(id(2)))
        );
    }
}
