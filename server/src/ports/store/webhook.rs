//! Endpoints of back ends, and events on their way to them.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    Timestamp,
    id::{EndpointId, EventId, ProjectId},
    secret::Sealed,
    webhook::{Attempt, Delivery, DeliveryState, DisabledBy, Endpoint, Former, Outcome},
};

/// What an attempt came to, in the delivery's row.
#[derive(Clone, Debug)]
pub struct Ended {
    pub state: DeliveryState,
    /// When the next attempt is due, where there is one.
    pub due_at: Option<Timestamp>,
    pub outcome: Outcome,
}

#[async_trait]
pub trait WebhookRepository: Send {
    async fn lookup(&mut self, id: EndpointId) -> StoreResult<Option<Endpoint>>;
    /// Oldest first.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Endpoint>>;
    /// NotFound: no such project.
    async fn add(&mut self, endpoint: &Endpoint) -> StoreResult<()>;
    /// With its deliveries. NotFound: no such endpoint.
    async fn remove(&mut self, id: EndpointId) -> StoreResult<()>;
    /// Another secret signs; the one before does, too, for a time. NotFound as above.
    async fn replace_secret(
        &mut self,
        id: EndpointId,
        secret: &Sealed,
        former: &Former,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// Nothing is sent there any more, and what waited has failed. One that is disabled stays so.
    async fn disable(&mut self, id: EndpointId, by: DisabledBy, now: Timestamp) -> StoreResult<()>;
    /// Events from now on are sent there again.
    async fn enable(&mut self, id: EndpointId, now: Timestamp) -> StoreResult<()>;
    /// A success: it is not failing.
    async fn note_success(&mut self, id: EndpointId) -> StoreResult<()>;
    /// A failure: since when there was no success. NotFound as above.
    async fn note_failure(&mut self, id: EndpointId, now: Timestamp) -> StoreResult<Timestamp>;

    /// Deliveries of an endpoint, the latest event first: those of events before `before`.
    async fn deliveries(
        &mut self,
        id: EndpointId,
        before: Option<EventId>,
        most: u32,
    ) -> StoreResult<Vec<Delivery>>;
    /// When the first attempt of all is due.
    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Begins attempts of deliveries that are due at `now`: up to `most`, and of one endpoint so many
    /// that no more than `each` are under way. They count as lost at `until`.
    async fn claim(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        each: u32,
        most: u32,
    ) -> StoreResult<Vec<Attempt>>;
    /// Ends an attempt. Stale: another has begun, or the delivery waits no more.
    async fn end(&mut self, attempt: &Attempt, ended: &Ended) -> StoreResult<()>;
    /// Sends events again that happened at or after `since`, or the one: those of the endpoint's types.
    /// What is delivered counts only where one event is named; what is under way goes on as it is. At
    /// most 10,000; returns how many.
    async fn replay(
        &mut self,
        endpoint: &Endpoint,
        which: Replay,
        now: Timestamp,
    ) -> StoreResult<u64>;
    /// When the first secret of those that were replaced stops signing.
    async fn first_former_end(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes secrets that stopped signing before `before`. Returns how many.
    async fn remove_former(&mut self, before: Timestamp) -> StoreResult<u64>;
}

/// Which events are sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    One(EventId),
    Since(Timestamp),
}
