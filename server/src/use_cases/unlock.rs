//! Whether the loaded encryption keys are those that this database needs.

use super::{Error, Result, Services, keyring::beat::holder};
use crate::{
    domain::{
        encryption_key::{EncryptionKeyId, KeyState},
        secret::Sealed,
    },
    ports::{store::UnitOfWork, vault::SealedField},
};

/// Where releases before the keyring kept a value that proved the key.
const SETTING: &str = "vault_check";
const FIELD: SealedField = SealedField {
    project: uuid::Uuid::nil(),
    owner: uuid::Uuid::nil(),
    field: "vault_check",
};
const KNOWN: &str = "patchbay";

/// Takes the database's primary, or gives it one if it is new. A server (`name`) is told of in the
/// same unit of work, so that no rotation overlooks it. An error means that the process must not
/// start.
pub async fn run(services: &Services, name: Option<&str>) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.keyring().lock().await?;
    let ring = work.keyring().list().await?;
    let primary = match ring.primary() {
        Some(primary) => primary,
        None => first(services, &mut *work).await?,
    };
    let loaded = services.vault.key_ids();
    if !loaded.contains(&primary) {
        return Err(wrong(services, primary));
    }
    if let Some(former) = ring.needed().find(|id| !loaded.contains(id)) {
        return Err(Error::Internal(format!(
            "values may be sealed with the encryption key {former}, which is not loaded: \
             start with that key, too, until `patchbay keyring retire {former}` has succeeded"
        )));
    }
    services
        .vault
        .use_primary(primary)
        .map_err(|_| wrong(services, primary))?;
    if let Some(name) = name {
        work.keyring().tell(&holder(services, name)).await?;
    }
    Ok(work.commit().await?)
}

/// The primary of a database without one.
async fn first(services: &Services, work: &mut dyn UnitOfWork) -> Result<EncryptionKeyId> {
    let id = match work.settings().lookup(SETTING).await? {
        None => services.vault.primary(),
        Some(sealed) => {
            let sealed = Sealed(sealed);
            let id = services.vault.key_of(&sealed)?;
            match services.vault.open(FIELD, &sealed) {
                Ok(known) if known.expose() == KNOWN => {}
                _ => return Err(wrong(services, id)),
            }
            work.settings().remove(SETTING).await?;
            id
        }
    };
    work.keyring()
        .put(id, KeyState::Primary, services.now())
        .await?;
    Ok(id)
}

fn wrong(services: &Services, needed: EncryptionKeyId) -> Error {
    let loaded: Vec<String> = services
        .vault
        .key_ids()
        .iter()
        .map(ToString::to_string)
        .collect();
    Error::Internal(format!(
        "the encryption key that this database was written with (id {needed}) is not among those that \
         are loaded ({}); start with that key",
        loaded.join(", ")
    ))
}
