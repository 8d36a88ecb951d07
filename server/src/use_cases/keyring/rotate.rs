//! Another key seals, and every value is wrapped by it, while servers go on.
//!
//! First the key becomes the primary, then pages of values follow, each written only if it is still
//! what was read: whoever changes a value meanwhile has sealed it anew. A pass that finds nothing,
//! when no server seals with another key any more, was the last. Cut short at any point, the next
//! run goes on: values that are done are seen and left alone.

use std::time::Duration;

use super::places::{Kind, Scan, Unreadable};
use crate::{
    access::MayAdminister,
    domain::{
        audit::Action,
        encryption_key::{EncryptionKeyId, HOLDER_LIFE, Holder, KeyState, KeyringError},
    },
    ports::{
        store::{SealedContent, StoreError},
        vault::VaultError,
    },
    use_cases::{
        Error, Result, Services,
        audit::{self, Did},
    },
};

/// How long servers may take to seal with the new key: they hear of it within seconds, and one that
/// says nothing for so long has ended.
const PATIENCE: Duration = HOLDER_LIFE.saturating_mul(2);
const WAIT: Duration = Duration::from_millis(500);

pub struct Rotated {
    pub primary: EncryptionKeyId,
    /// Values that were wrapped by it now.
    pub rewrapped: u64,
    /// Values that somebody else changed at that moment, and that were looked at again.
    pub overtaken: u64,
    /// Values that no key opens. They stay as they are.
    pub unreadable: Vec<Unreadable>,
}

/// Rotates to `to`; without it to the one key that was added, or on with the primary.
pub async fn run(
    services: &Services,
    right: MayAdminister,
    to: Option<EncryptionKeyId>,
) -> Result<Rotated> {
    let primary = promote(services, &right, to).await?;
    let started = std::time::Instant::now();
    let mut rotated = Rotated {
        primary,
        rewrapped: 0,
        overtaken: 0,
        unreadable: Vec::new(),
    };
    loop {
        // Asked before the pass: what was sealed until then, the pass finds.
        let behind = behind(services, primary).await?;
        let pass = pass(services).await?;
        rotated.rewrapped += pass.rewrapped;
        rotated.overtaken += pass.overtaken;
        rotated.unreadable = pass.unreadable;
        let is_done = pass.rewrapped == 0 && pass.overtaken == 0;
        match behind {
            None if is_done => break,
            Some(server) if started.elapsed() > PATIENCE => {
                let key = server.primary;
                let name = server.name;
                return Err(KeyringError::StillSeals { name, key }.into());
            }
            Some(_) => tokio::time::sleep(WAIT).await,
            None => {}
        }
    }
    tracing::info!(key = %primary, rewrapped = rotated.rewrapped, "rotated");
    Ok(rotated)
}

async fn promote(
    services: &Services,
    right: &MayAdminister,
    to: Option<EncryptionKeyId>,
) -> Result<EncryptionKeyId> {
    let mut work = services.store.begin().await?;
    work.keyring().lock().await?;
    let ring = work.keyring().list().await?;
    let mut added = ring.in_state(KeyState::Added);
    let id = match (to, added.next(), added.next()) {
        (Some(id), ..) => id,
        (None, Some(_), Some(_)) => {
            let message = "Several keys were added. Say which one with --to.".to_owned();
            return Err(Error::Conflict(message));
        }
        (None, Some(id), None) => id,
        (None, None, _) => super::primary(&ring)?,
    };
    let holders = work.keyring().holders().await?;
    let changes = ring.promote(id, &holders)?;
    services.vault.use_primary(id).map_err(|_| {
        let message = format!(
            "Key {id} is not among the keys of this command. Give it the same keys as the servers."
        );
        Error::Conflict(message)
    })?;
    let is_change = !changes.is_empty();
    for (key, state) in changes {
        work.keyring().put(key, state, services.now()).await?;
    }
    if is_change {
        let key = id.to_string();
        let did = Did::new(Action::EncryptionKeyPromoted, None, &key);
        audit::record(&mut *work, services.now(), right.actor(), did).await?;
    }
    work.commit().await?;
    Ok(id)
}

/// A server that has yet to seal with the primary.
async fn behind(services: &Services, primary: EncryptionKeyId) -> Result<Option<Holder>> {
    let holders = services.store.read().await?.keyring().holders().await?;
    Ok(holders.into_iter().find(|holder| holder.primary != primary))
}

#[derive(Default)]
struct Pass {
    rewrapped: u64,
    overtaken: u64,
    unreadable: Vec<Unreadable>,
}

async fn pass(services: &Services) -> Result<Pass> {
    let mut pass = Pass::default();
    let mut scan = Scan::default();
    while let Some((kind, page)) = scan.next(services).await? {
        let mut new = Vec::new();
        for content in &page {
            match rewrapped(services, kind, content) {
                Ok(None) => {}
                Ok(Some(rewrapped)) => new.push((content, rewrapped)),
                Err(unreadable) => pass.unreadable.push(unreadable),
            }
        }
        if new.is_empty() {
            continue;
        }
        let mut work = services.store.begin().await?;
        for (content, new) in &new {
            match kind.replace(&mut *work, content, new).await {
                Ok(()) => pass.rewrapped += 1,
                Err(StoreError::Stale) => pass.overtaken += 1,
                Err(error) => return Err(error.into()),
            }
        }
        work.commit().await?;
    }
    Ok(pass)
}

/// A row's content under the primary. None: it is.
fn rewrapped(
    services: &Services,
    kind: Kind,
    content: &SealedContent,
) -> std::result::Result<Option<Vec<u8>>, Unreadable> {
    let vault = &services.vault;
    let odd = |error: VaultError| kind.unreadable(content, error);
    let primary = vault.primary();
    let mut is_old = false;
    let mut new = Vec::new();
    for part in kind.parts(content)? {
        if vault.key_of(&part.sealed).map_err(odd)? == primary {
            new.push(part.sealed);
        } else {
            is_old = true;
            new.push(vault.rewrap(part.at, &part.sealed).map_err(odd)?);
        }
    }
    if !is_old {
        return Ok(None);
    }
    let new = kind.with_parts(content, new);
    new.map(Some).ok_or_else(|| odd(VaultError::Malformed))
}
