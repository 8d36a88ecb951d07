//! Rows whose time is over.

use std::time::Duration;

use super::{Result, Services};

/// How long an ended flow is kept, for the portal that still asks.
const KEEP_FLOWS: Duration = Duration::from_secs(3600);

/// How long a link is kept, for its maker to see what came of it.
const KEEP_LINKS: Duration = Duration::from_secs(30 * 24 * 3600);

/// Deletes ended flows, links and sessions, a bounded number a call.
pub async fn run(services: &Services) -> Result<()> {
    let now = services.now();
    let mut work = services.store.begin().await?;
    let flows = work.flows().remove_expired(now - KEEP_FLOWS).await?;
    let links = work.links().remove_expired(now - KEEP_LINKS).await?;
    let sessions = work.operators().remove_expired_sessions(now).await?;
    work.commit().await?;
    services.store.scrub().await?;
    tracing::debug!(flows, links, sessions, "removed what is over");
    Ok(())
}
