//! The encryption keys of the installation: which there are, which seals, and how one follows another
//! while servers run. What may be done when is judged in [`crate::domain::encryption_key`].

pub mod beat;
pub mod places;
pub mod rotate;
pub mod verify;

use std::collections::BTreeMap;

use super::{
    Error, Result, Services,
    audit::{self, Did},
};
use crate::{
    access::{MayAdminister, MayRead},
    domain::{
        audit::Action,
        encryption_key::{EncryptionKeyId, Holder, KeyState, Keyring, KeyringError, KnownKey},
    },
};
use places::{Scan, Unreadable};

impl From<KeyringError> for Error {
    fn from(error: KeyringError) -> Self {
        Self::Conflict(error.to_string())
    }
}

/// A key and what is sealed with it.
pub struct KeyUse {
    pub key: KnownKey,
    /// Whether this very process has it.
    pub is_loaded: bool,
    /// Values by the name of what they are.
    pub values: BTreeMap<&'static str, u64>,
}

pub struct Status {
    pub primary: EncryptionKeyId,
    pub keys: Vec<KeyUse>,
    pub servers: Vec<Holder>,
    /// Values of keys that the database does not know.
    pub unknown: BTreeMap<EncryptionKeyId, u64>,
    /// Values that are no envelopes.
    pub unreadable: Vec<Unreadable>,
}

/// Reads every sealed value of the database; opens none.
pub async fn status(services: &Services, _right: MayRead) -> Result<Status> {
    let mut reader = services.store.read().await?;
    let ring = reader.keyring().list().await?;
    let servers = reader.keyring().holders().await?;
    drop(reader);
    let census = census(services).await?;
    let loaded = services.vault.key_ids();
    let keys = ring.0.iter().map(|key| KeyUse {
        key: *key,
        is_loaded: loaded.contains(&key.id),
        values: census.values.get(&key.id).cloned().unwrap_or_default(),
    });
    let unknown = census.values.iter();
    let unknown = unknown.filter(|(id, _)| ring.state(**id).is_none());
    Ok(Status {
        primary: primary(&ring)?,
        keys: keys.collect(),
        servers,
        unknown: unknown
            .map(|(id, values)| (*id, values.values().sum()))
            .collect(),
        unreadable: census.unreadable,
    })
}

/// Values by key, then by the name of what they are.
struct Census {
    values: BTreeMap<EncryptionKeyId, BTreeMap<&'static str, u64>>,
    unreadable: Vec<Unreadable>,
}

async fn census(services: &Services) -> Result<Census> {
    let mut census = Census {
        values: BTreeMap::new(),
        unreadable: Vec::new(),
    };
    let mut scan = Scan::default();
    while let Some((kind, page)) = scan.next(services).await? {
        for content in page {
            match kind.parts(&content) {
                Ok(parts) => {
                    for part in parts {
                        match services.vault.key_of(&part.sealed) {
                            Ok(id) => {
                                let of_key = census.values.entry(id).or_default();
                                *of_key.entry(kind.name()).or_default() += 1;
                            }
                            Err(error) => census.unreadable.push(kind.unreadable(&content, error)),
                        }
                    }
                }
                Err(unreadable) => census.unreadable.push(unreadable),
            }
        }
    }
    Ok(census)
}

fn primary(ring: &Keyring) -> Result<EncryptionKeyId> {
    let primary = ring.primary();
    primary.ok_or_else(|| Error::Internal("encryption_keys has no primary".to_owned()))
}

/// Makes keys of this process known to the database: `id`, or every one that is not. Returns those
/// that became known. Servers that run fetch them within seconds where their source can change.
pub async fn add(
    services: &Services,
    right: MayAdminister,
    id: Option<EncryptionKeyId>,
) -> Result<Vec<EncryptionKeyId>> {
    let loaded = services.vault.key_ids();
    if let Some(id) = id.filter(|id| !loaded.contains(id)) {
        let message = format!(
            "Key {id} is not among the keys of this command. Give it the same keys as the servers."
        );
        return Err(Error::Conflict(message));
    }
    let mut work = services.store.begin().await?;
    work.keyring().lock().await?;
    let ring = work.keyring().list().await?;
    let mut added = Vec::new();
    for key in id.map_or(loaded, |id| vec![id]) {
        // A retired key may lie among the others for the sake of backups.
        if id.is_none() && ring.state(key) == Some(KeyState::Retired) {
            continue;
        }
        if let Some((key, state)) = ring.add(key)? {
            work.keyring().put(key, state, services.now()).await?;
            added.push(key);
        }
    }
    for key in &added {
        let key = key.to_string();
        let did = Did::new(Action::EncryptionKeyAdded, None, &key);
        audit::record(&mut *work, services.now(), right.actor(), did).await?;
    }
    work.commit().await?;
    for key in &added {
        tracing::info!(%key, "an encryption key was added");
    }
    Ok(added)
}

/// Ends a key that no value needs. The values are counted before the unit of work: nothing has been
/// sealed with the key for a minute, or the ring refuses.
pub async fn retire(services: &Services, right: MayAdminister, id: EncryptionKeyId) -> Result<()> {
    let in_use = count(services, id).await?;
    let mut work = services.store.begin().await?;
    work.keyring().lock().await?;
    let ring = work.keyring().list().await?;
    let holders = work.keyring().holders().await?;
    let change = ring.retire(id, &holders, in_use, services.now())?;
    if let Some((key, state)) = change {
        work.keyring().put(key, state, services.now()).await?;
        let key = key.to_string();
        let did = Did::new(Action::EncryptionKeyRetired, None, &key);
        audit::record(&mut *work, services.now(), right.actor(), did).await?;
    }
    work.commit().await?;
    tracing::info!(key = %id, "an encryption key was retired");
    Ok(())
}

async fn count(services: &Services, id: EncryptionKeyId) -> Result<u64> {
    let census = census(services).await?;
    Ok(census
        .values
        .get(&id)
        .map_or(0, |values| values.values().sum()))
}
