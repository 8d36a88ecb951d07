//! The encryption keys of this process, at its start and while it serves.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    config::{KeySource, Shared},
    ports::vault::KeyProvider,
    use_cases::{
        Services,
        keyring::beat::{self, Beat},
    },
    vault::{
        KeyRing,
        provider::{CommandKeys, FileKeys, GivenKeys},
    },
};

/// The keys, from wherever this process is told that they are.
pub async fn load(shared: &Shared) -> Result<KeyRing, String> {
    let provider: Arc<dyn KeyProvider> = match shared.key_source()? {
        KeySource::Given(keys) => Arc::new(GivenKeys(keys)),
        KeySource::File(path) => Arc::new(FileKeys(path)),
        KeySource::Command(command) => Arc::new(CommandKeys(command)),
    };
    let ring = KeyRing::load(provider).await;
    ring.map_err(|error| error.to_string())
}

/// Follows the keyring until the server ends.
pub async fn keep(services: Arc<Services>, name: String, mut stopped: watch::Receiver<bool>) {
    let mut beat = Beat::new(name);
    let mut every = tokio::time::interval(beat::EVERY);
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = every.tick() => {
                if let Err(error) = beat.run(&services).await {
                    tracing::warn!(error = %error, "the encryption keys could not be looked at");
                }
            }
        }
    }
    if let Err(error) = beat::leave(&services).await {
        tracing::debug!(error = %error, "this server could not say that it ends");
    }
}
