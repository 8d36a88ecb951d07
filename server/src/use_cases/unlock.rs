//! Whether the loaded encryption key is the one that this database was written with.

use super::{Error, Result, Services};
use crate::{
    domain::secret::{Sealed, Secret},
    ports::{store::StoreError, vault::SealedField},
};

const SETTING: &str = "vault_check";
const FIELD: SealedField = SealedField {
    project: uuid::Uuid::nil(),
    owner: uuid::Uuid::nil(),
    field: "vault_check",
};
const KNOWN: &str = "patchbay";

/// Opens the database's check value, or writes one into a database that has none. An error means
/// that the process must not start.
pub async fn run(services: &Services) -> Result<()> {
    let mut work = services.store.begin().await?;
    match work.settings().lookup(SETTING).await? {
        Some(sealed) => {
            let opened = services.vault.open(FIELD, &Sealed(sealed));
            match opened {
                Ok(known) if known.expose() == KNOWN => Ok(()),
                _ => Err(Error::Internal(format!(
                    "the encryption key (id {}) is not the one that this database was written with; \
                     start with that key",
                    services.vault.key_id()
                ))),
            }
        }
        None => {
            let sealed = services.vault.seal(FIELD, &Secret::new(KNOWN));
            match work.settings().add(SETTING, &sealed.0).await {
                Ok(()) => Ok(work.commit().await?),
                Err(StoreError::Conflict) => Err(Error::Conflict(
                    "Another process is starting. Try again.".to_owned(),
                )),
                Err(error) => Err(error.into()),
            }
        }
    }
}
