//! Endpoints of a back end, and events on their way to them (Standard Webhooks 1.0).

use std::time::Duration;

use super::{
    Timestamp,
    event::EventType,
    id::{EndpointId, EventId, ProjectId},
    secret::{Sealed, Secret},
};

/// Endpoints of a project.
pub const MAX_ENDPOINTS: usize = 20;

/// The longest address, in bytes.
pub const MAX_URL: usize = 2048;

/// How long an endpoint has to answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// How long one attempt may take: the call, and writing down what came of it.
pub const LEASE: Duration = Duration::from_secs(30);

/// How much of an answer is kept, in bytes.
pub const KEPT_ANSWER: usize = 1024;

/// How long the secret before signs beside a new one.
pub const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// An endpoint that has answered nothing but failures for so long is disabled.
pub const FAILING: Duration = Duration::from_secs(5 * 24 * 3600);

/// The longest that an endpoint can ask to wait.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Waits between attempts: three days and some hours in all. After the last, the delivery has failed.
const WAITS: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(14 * 3600),
    Duration::from_secs(20 * 3600),
    Duration::from_secs(24 * 3600),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub id: EndpointId,
    pub project: ProjectId,
    pub url: String,
    /// None: every type, those of later releases too.
    pub types: Option<Vec<EventType>>,
    /// `whsec_` and 32 bytes in base64, sealed under the field `webhook_secret`.
    pub secret: Sealed,
    pub former: Option<Former>,
    pub disabled: Option<Disabled>,
    /// When the first of the failures was that no success has followed.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The secret before the one that signs now, sealed under the field `webhook_former_secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub secret: Sealed,
    /// Until then it signs as well.
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disabled {
    pub at: Timestamp,
    pub by: DisabledBy,
}

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisabledBy {
    Operator,
    /// It answered 410: it wants no more.
    Gone,
    /// Failures alone for [`FAILING`].
    Failing,
}

impl DisabledBy {
    pub const ALL: [Self; 3] = [Self::Operator, Self::Gone, Self::Failing];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    Waiting,
    Delivered,
    Failed,
}

impl DeliveryState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub at: Timestamp,
    /// None: there was no answer.
    pub status: Option<u16>,
    /// Why there was none, in words.
    pub trouble: Option<String>,
    /// The beginning of the answer, at most [`KEPT_ANSWER`] bytes.
    pub answer: Option<String>,
}

/// An attempt that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub endpoint: EndpointId,
    pub event: EventId,
    /// 1 for the first.
    pub number: u32,
}

/// An event on its way to an endpoint, or there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub event: EventId,
    pub event_type: EventType,
    pub happened_at: Timestamp,
    pub state: DeliveryState,
    /// Attempts that were begun.
    pub attempts: u32,
    /// When the next is due; while one is under way, when it counts as lost.
    pub due_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
}

/// What follows from an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    Again(Duration),
    Failed,
    /// It wants no more events.
    Gone,
}

/// `number` attempts were made, the last with this status. `asked`: how long the endpoint asks to wait.
pub fn judge(number: u32, status: Option<u16>, asked: Option<Duration>) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Delivered,
        Some(410) => Verdict::Gone,
        _ => match wait(number) {
            Some(wait) => Verdict::Again(wait.max(asked.unwrap_or_default()).min(LONGEST_WAIT)),
            None => Verdict::Failed,
        },
    }
}

/// The wait after the n-th attempt. None: it was the last.
fn wait(attempts: u32) -> Option<Duration> {
    WAITS
        .get(usize::try_from(attempts.saturating_sub(1)).ok()?)
        .copied()
}

/// How every secret begins.
const PREFIX: &str = "whsec_";

/// A secret as its holders have it, of 32 bytes in base64.
pub fn compose_secret(base64: &str) -> Secret {
    Secret::new(format!("{PREFIX}{base64}"))
}

/// What of a secret is the key, in base64.
pub fn key_of(secret: &Secret) -> &str {
    let text = secret.expose();
    text.strip_prefix(PREFIX).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn an_endpoint_is_tried_for_three_days() {
        let all: Duration = (1..).map_while(wait).sum();
        assert!(all > 72 * HOUR && all < 80 * HOUR);
        assert_eq!(judge(1, None, None), Verdict::Again(Duration::from_secs(5)));
        assert_eq!(judge(9, Some(500), None), Verdict::Again(24 * HOUR));
        assert_eq!(judge(10, Some(500), None), Verdict::Failed);
    }

    #[test]
    fn only_an_answer_of_the_two_hundreds_is_a_success() {
        for status in [200, 202, 204, 299] {
            assert_eq!(judge(1, Some(status), None), Verdict::Delivered);
        }
        for status in [100, 301, 302, 304, 400, 401, 404, 429, 500, 503] {
            assert!(matches!(judge(1, Some(status), None), Verdict::Again(_)));
        }
        assert_eq!(judge(1, Some(410), None), Verdict::Gone);
    }

    #[test]
    fn an_endpoint_may_ask_for_a_longer_wait_but_not_for_ever() {
        let asked = |asked| judge(2, Some(503), Some(asked));
        assert_eq!(asked(HOUR), Verdict::Again(HOUR));
        assert_eq!(
            asked(Duration::ZERO),
            Verdict::Again(Duration::from_secs(300))
        );
        assert_eq!(asked(1000 * HOUR), Verdict::Again(24 * HOUR));
    }
}
