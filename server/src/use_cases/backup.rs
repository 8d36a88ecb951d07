//! A copy of everything in one file, and back.

use std::path::Path;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    keyring::verify::Verified,
};
use crate::{
    access::MayAdminister,
    domain::{Timestamp, audit::Action},
};

/// Writes a backup while servers go on. Values in it are sealed as they are in the database.
pub async fn create(services: &Services, right: MayAdminister, to: &Path) -> Result<()> {
    services.store.backup(to).await?;
    let file = to.display().to_string();
    let did = Did::new(Action::BackupCreated, None, &file);
    audit::note(services, right.actor(), did).await
}

/// What must be agreed to.
#[derive(Clone, Copy, Default)]
pub struct Consent {
    /// What the database holds is replaced.
    pub replace: bool,
    /// Values of the backup that do not open are restored as they are.
    pub accept_bad: bool,
}

/// Puts a backup, which was checked (`verified`) and lies in `from`, in place of what `store` holds.
///
/// # Errors
/// The database holds something and nobody agreed to replace it; a server uses it; a value does not
/// open.
pub async fn restore(
    store: &dyn crate::ports::store::Store,
    right: MayAdminister,
    now: Timestamp,
    from: &Path,
    verified: &Verified,
    consent: Consent,
) -> Result<()> {
    if verified.bad > 0 && !consent.accept_bad {
        return Err(Error::Conflict(format!(
            "{} values of the backup do not open with the loaded keys. Nothing was changed. \
             Load the keys that sealed them, or restore them as they are with --accept-bad.",
            verified.bad
        )));
    }
    if !consent.replace && !store.is_empty().await? {
        let message = "The database holds something. Nothing was changed. Restore into an empty one, or \
             replace what it holds with --replace.";
        return Err(Error::Conflict(message.to_owned()));
    }
    let servers = store.read().await?.keyring().holders().await?;
    if let Some(server) = servers.first() {
        return Err(Error::Conflict(format!(
            "The server {} uses the database. Nothing was changed. Stop every server first; one that was \
             killed counts for half a minute.",
            server.name
        )));
    }
    store.restore(from).await?;
    let mut work = store.begin().await?;
    let did = Did::new(Action::BackupRestored, None, "database");
    audit::record(&mut *work, now, right.actor(), did).await?;
    Ok(work.commit().await?)
}
