//! The log of events.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    Timestamp,
    event::{Event, NewEvent},
    id::{EventId, ProjectId},
};

#[async_trait]
pub trait EventRepository: Send {
    /// Adds events of one project after those that are there. Until this unit of work ends, others that
    /// add events of the project wait: a reader that has seen a position has seen every lower one. So it
    /// is called last. Each is on its way to every webhook that wants it. NotFound: no such project, or no such integration.
    async fn add(&mut self, project: ProjectId, events: &[NewEvent]) -> StoreResult<()>;
    async fn lookup(&mut self, id: EventId) -> StoreResult<Option<Event>>;
    /// Up to `most` events behind a position, in their order. Of those that were removed nothing is said.
    async fn list(&mut self, project: ProjectId, after: i64, most: u32) -> StoreResult<Vec<Event>>;
    /// When the first of all events happened.
    async fn first_time(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes those that happened before `before`; at most 1,000 a call. Returns how many.
    async fn remove_before(&mut self, before: Timestamp) -> StoreResult<u64>;
}
