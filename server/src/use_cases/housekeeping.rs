//! Rows whose time is over.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{
    Result, Services, events,
    revocations::KEEP,
    work::{Bell, Bells, Work},
};
use crate::domain::Timestamp;

/// How long an ended flow is kept, for the portal that still asks.
const KEEP_FLOWS: Duration = Duration::from_secs(3600);

/// How long a link is kept, for its maker to see what came of it.
const KEEP_LINKS: Duration = Duration::from_secs(30 * 24 * 3600);

/// What is over may lie that long: one pass takes many rows.
const EVERY: Duration = Duration::from_secs(300);

pub struct Housekeeping {
    /// How long events are kept.
    pub keep_events: Duration,
}

impl Default for Housekeeping {
    fn default() -> Self {
        Self {
            keep_events: events::KEEP,
        }
    }
}

#[async_trait]
impl Work for Housekeeping {
    fn name(&self) -> &'static str {
        "housekeeping"
    }

    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell {
        &bells.housekeeping
    }

    fn look_again(&self) -> Duration {
        EVERY
    }

    /// Deletes ended flows, links, sessions, pauses and revocations, and old events, a bounded number a
    /// call. Writes nothing where nothing is over.
    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>> {
        let now = services.now();
        if self.first_end(services).await?.is_none_or(|end| end >= now) {
            return Ok(None);
        }
        let mut work = services.store.begin().await?;
        let flows = work.flows().remove_expired(now - KEEP_FLOWS).await?;
        let links = work.links().remove_expired(now - KEEP_LINKS).await?;
        let sessions = work.operators().remove_expired_sessions(now).await?;
        let pauses = work.upkeep().remove_pauses(now).await?;
        let revocations = work.revocations().remove_ended(now - KEEP).await?;
        let secrets = work.webhooks().remove_former(now).await?;
        let events = work.events().remove_before(now - self.keep_events).await?;
        work.commit().await?;
        services.scrub().await;
        tracing::debug!(
            flows,
            links,
            sessions,
            pauses,
            revocations,
            secrets,
            events,
            "removed what is over"
        );
        Ok(self.first_end(services).await?.filter(|end| *end < now))
    }
}

impl Housekeeping {
    /// When the first row is to go.
    async fn first_end(&self, services: &Services) -> Result<Option<Timestamp>> {
        let mut reader = services.store.read().await?;
        let flows = reader.flows().first_end().await?;
        let links = reader.links().first_end().await?;
        let sessions = reader.operators().first_session_end().await?;
        let pauses = reader.upkeep().first_pause_end().await?;
        let revocations = reader.revocations().first_end().await?;
        let secrets = reader.webhooks().first_former_end().await?;
        let events = reader.events().first_time().await?;
        let ends = [
            flows.map(|end| end + KEEP_FLOWS),
            links.map(|end| end + KEEP_LINKS),
            sessions,
            pauses,
            revocations.map(|end| end + KEEP),
            secrets,
            events.map(|end| end + self.keep_events),
        ];
        Ok(ends.into_iter().flatten().min())
    }
}
