//! A server follows the keyring: every few seconds it reads which key seals, fetches keys that it
//! lacks, and tells the database which it has.

use std::time::Duration;

use crate::{
    domain::encryption_key::{EncryptionKeyId, Holder, KeyState, Keyring},
    use_cases::{Result, Services},
};

/// How often. Several fit into [`crate::domain::encryption_key::HOLDER_LIFE`].
pub const EVERY: Duration = Duration::from_secs(5);

/// A server that lacks a key asks its source with the 1st, 2nd, 4th, 8th beat, then once a minute: a
/// command may cost something.
const ASK_AT_LEAST: u32 = 12;

/// What one server remembers from one beat to the next.
pub struct Beat {
    /// For people: where it listens.
    name: String,
    /// Beats in a row with a key missing.
    without: u32,
}

impl Beat {
    pub fn new(name: String) -> Self {
        Self { name, without: 0 }
    }

    pub async fn run(&mut self, services: &Services) -> Result<()> {
        let ring = services.store.read().await?.keyring().list().await?;
        self.follow(services, &ring).await;
        let mut work = services.store.begin().await?;
        work.keyring().tell(&holder(services, &self.name)).await?;
        work.commit().await?;
        Ok(())
    }

    async fn follow(&mut self, services: &Services, ring: &Keyring) {
        if missing(services, ring).is_none() {
            self.without = 0;
        } else {
            self.without = self.without.saturating_add(1);
            if self.without.is_power_of_two() || self.without.is_multiple_of(ASK_AT_LEAST) {
                fetch(services, ring).await;
            }
        }
        if let Some(primary) = ring.primary().filter(|id| *id != services.vault.primary()) {
            match services.vault.use_primary(primary) {
                Ok(()) => {
                    tracing::info!(key = %primary, "another encryption key seals from now on")
                }
                Err(_) => tracing::error!(
                    key = %primary,
                    "values are sealed with an encryption key that this server lacks: give it the key and restart it"
                ),
            }
        }
    }
}

/// A key that the database names and this process lacks.
fn missing(services: &Services, ring: &Keyring) -> Option<EncryptionKeyId> {
    let loaded = services.vault.key_ids();
    let added = ring.in_state(KeyState::Added);
    ring.needed().chain(added).find(|id| !loaded.contains(id))
}

async fn fetch(services: &Services, ring: &Keyring) {
    match services.vault.reload().await {
        Ok(true) => {}
        Ok(false) => tracing::warn!(
            "an encryption key was added that this server lacks: its keys come from the environment, so restart it"
        ),
        Err(error) => tracing::warn!(%error, "the encryption keys cannot be read again"),
    }
    if missing(services, ring).is_none() {
        tracing::info!("the encryption keys were read again");
    }
}

/// What a server tells of itself.
pub fn holder(services: &Services, name: &str) -> Holder {
    Holder {
        process: services.process,
        name: name.to_owned(),
        keys: services.vault.key_ids(),
        primary: services.vault.primary(),
        age: Duration::ZERO,
    }
}

/// The server ends: nobody waits for it.
pub async fn leave(services: &Services) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.keyring().forget(services.process).await?;
    work.commit().await?;
    Ok(())
}
