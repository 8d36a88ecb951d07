//! Events on their way to endpoints.
//!
//! A delivery is a row, made in the unit of work of its event. Whoever makes an attempt takes the row
//! by a lease, so any number of processes share the work, and one that dies leaves it due again: an
//! endpoint may get an event twice, with the same id, and never not at all. A slow endpoint keeps nobody
//! waiting but itself: few attempts of one are under way at a time, and the loop does not wait for them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::{signature, signing_secrets};
use crate::{
    domain::{
        Timestamp,
        event::Event,
        webhook::{
            Attempt, DeliveryState, DisabledBy, Endpoint, FAILING, LEASE, Outcome, Verdict, judge,
        },
    },
    ports::{
        provider::ProviderError,
        store::{Ended, StoreError, UnitOfWork},
        webhook_sender::WebhookAnswer,
    },
    use_cases::{
        Error, Result, Services,
        events::Message,
        work::{Bell, Bells, Work},
    },
};

/// Attempts that are under way in one process, and of one endpoint.
const AT_ONCE: u32 = 32;
const OF_ONE: u32 = 4;

/// When the loop looks again where what is due waits for attempts that are under way. The end of one
/// rings before that.
const BUSY: Duration = Duration::from_secs(1);

/// Attempts of this process.
pub struct UnderWay(Arc<Semaphore>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE as usize)))
    }
}

impl UnderWay {
    /// Returns when none is under way.
    pub async fn settle(&self) {
        drop(self.0.acquire_many(AT_ONCE).await);
    }

    fn free(&self) -> u32 {
        u32::try_from(self.0.available_permits()).unwrap_or(AT_ONCE)
    }

    fn begin(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }
}

pub struct Deliveries;

#[async_trait]
impl Work for Deliveries {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell {
        &bells.deliveries
    }

    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>> {
        let first = first_due(services).await?;
        let now = services.now();
        let free = services.caches.deliveries.free();
        // Where nothing is due, nothing is written.
        if first.is_none_or(|due| due > now) {
            return Ok(first);
        }
        let begun = match free {
            0 => Vec::new(),
            _ => claim(services, now, free).await?,
        };
        if begun.is_empty() {
            return Ok(Some(now + BUSY));
        }
        for attempt in begun {
            spawn(services, attempt);
        }
        first_due(services).await
    }
}

async fn first_due(services: &Services) -> Result<Option<Timestamp>> {
    Ok(services.store.read().await?.webhooks().first_due().await?)
}

async fn claim(services: &Services, now: Timestamp, most: u32) -> Result<Vec<Attempt>> {
    let mut work = services.store.begin().await?;
    let begun = work
        .webhooks()
        .claim(now, now + LEASE, OF_ONE, most)
        .await?;
    work.commit().await?;
    Ok(begun)
}

/// Without a permit the attempt is lost, and is made again: only one loop of a process takes them.
fn spawn(services: &Arc<Services>, attempt: Attempt) {
    let Some(permit) = services.caches.deliveries.begin() else {
        return;
    };
    let services = services.clone();
    tokio::spawn(async move {
        if let Err(error) = run(&services, attempt).await {
            tracing::warn!(endpoint = %attempt.endpoint, event = %attempt.event, error = %error, "what came of a delivery was not noted");
        }
        drop(permit);
        // Another of the same endpoint may have waited for this one.
        services.bells.deliveries.ring(services.now());
    });
}

async fn run(services: &Services, attempt: Attempt) -> Result<()> {
    let mut reader = services.store.read().await?;
    let endpoint = reader.webhooks().lookup(attempt.endpoint).await?;
    let event = reader.events().lookup(attempt.event).await?;
    drop(reader);
    // Removed meanwhile, and its deliveries with it.
    let (Some(endpoint), Some(event)) = (endpoint, event) else {
        return Ok(());
    };
    if let Some(disabled) = endpoint.disabled {
        return give_up(services, &endpoint, disabled.by).await;
    }
    let answer = send(services, &endpoint, event).await;
    let at = services.now();
    let asked = answer.as_ref().ok().and_then(|answer| answer.retry_after);
    let outcome = outcome(answer, at);
    let verdict = judge(attempt.number, outcome.status, asked);
    tracing::info!(endpoint = %endpoint.id, event = %attempt.event, attempt = attempt.number, status = outcome.status, trouble = outcome.trouble, "an event was sent");
    note(services, &endpoint, attempt, verdict, outcome).await
}

/// What was added at the very moment at which the endpoint was disabled has failed, too.
async fn give_up(services: &Services, endpoint: &Endpoint, by: DisabledBy) -> Result<()> {
    let mut work = services.store.begin().await?;
    work.webhooks()
        .disable(endpoint.id, by, services.now())
        .await?;
    Ok(work.commit().await?)
}

/// Posts the event with its signatures. Nothing of it is in the URL or in a log.
async fn send(
    services: &Services,
    endpoint: &Endpoint,
    event: Event,
) -> std::result::Result<WebhookAnswer, Error> {
    let id = event.id.to_string();
    let now = services.now();
    let secrets = signing_secrets(services, endpoint, now)?;
    let body = serde_json::to_vec(&Message::from(event))
        .map_err(|error| Error::Internal(error.to_string()))?;
    let headers = signature::headers(&*services.vault, &secrets, &id, now, &body);
    let url = Url::parse(&endpoint.url).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(services.webhook_sender.post(&url, &headers, body).await?)
}

fn outcome(answer: std::result::Result<WebhookAnswer, Error>, at: Timestamp) -> Outcome {
    match answer {
        Ok(answer) => Outcome {
            at,
            status: Some(answer.status),
            trouble: None,
            answer: Some(printable(&answer.body)).filter(|text| !text.is_empty()),
        },
        Err(error) => Outcome {
            at,
            status: None,
            trouble: Some(trouble(&error)),
            answer: None,
        },
    }
}

fn trouble(error: &Error) -> String {
    match error {
        Error::Provider(ProviderError::Egress(host)) => {
            format!("this server may not call {host}")
        }
        Error::Provider(error) => error.said().to_owned(),
        error => {
            tracing::error!(error = %error, "an event cannot be sent");
            "a fault of this server, which its log tells".to_owned()
        }
    }
}

/// Text for people: what is no UTF-8 is replaced, and what would move a cursor left out.
fn printable(body: &[u8]) -> String {
    String::from_utf8_lossy(body)
        .chars()
        .filter(|character| !character.is_control() || *character == '\n')
        .collect()
}

async fn note(
    services: &Services,
    endpoint: &Endpoint,
    attempt: Attempt,
    verdict: Verdict,
    outcome: Outcome,
) -> Result<()> {
    let at = outcome.at;
    let (state, due_at) = match verdict {
        Verdict::Delivered => (DeliveryState::Delivered, None),
        Verdict::Again(wait) => (DeliveryState::Waiting, Some(at + wait)),
        Verdict::Failed | Verdict::Gone => (DeliveryState::Failed, None),
    };
    let ended = Ended {
        state,
        due_at,
        outcome,
    };
    let mut work = services.store.begin().await?;
    match work.webhooks().end(&attempt, &ended).await {
        Ok(()) => {}
        // Somebody else has begun another attempt, or nobody is to make one any more.
        Err(StoreError::Stale) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    judge_endpoint(&mut *work, endpoint, verdict, at).await?;
    work.commit().await?;
    if let Some(due) = due_at {
        services.bells.deliveries.ring(due);
    }
    Ok(())
}

/// An endpoint that wants nothing any more, or has failed for days, is left alone.
async fn judge_endpoint(
    work: &mut dyn UnitOfWork,
    endpoint: &Endpoint,
    verdict: Verdict,
    at: Timestamp,
) -> Result<()> {
    let webhooks = work.webhooks();
    let by = match verdict {
        Verdict::Delivered => return Ok(webhooks.note_success(endpoint.id).await?),
        Verdict::Gone => DisabledBy::Gone,
        Verdict::Again(_) | Verdict::Failed => {
            let since = webhooks.note_failure(endpoint.id, at).await?;
            if since + FAILING > at {
                return Ok(());
            }
            DisabledBy::Failing
        }
    };
    tracing::warn!(endpoint = %endpoint.id, by = by.as_str(), "a webhook was disabled");
    Ok(webhooks.disable(endpoint.id, by, at).await?)
}
