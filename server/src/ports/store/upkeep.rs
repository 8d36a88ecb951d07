//! Connections that are due, and providers that asked for rest.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    Timestamp,
    connection::Connection,
    id::{ConnectionId, IntegrationId},
};

/// A provider that asked an integration to call less often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub integration: IntegrationId,
    /// Of the token endpoint.
    pub host: String,
    pub ends_at: Timestamp,
}

#[async_trait]
pub trait UpkeepRepository: Send {
    /// Connections that are due at `now`, the longest due first: at most `most`, and at most `each` of
    /// one integration, so that none of them waits for another's thousands.
    async fn due(&mut self, now: Timestamp, each: u32, most: u32) -> StoreResult<Vec<Connection>>;
    /// When the first of all connections is or was due.
    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Moves the due time of a connection from `seen`, if it is still that; None: it needs nothing.
    async fn put_off(
        &mut self,
        id: ConnectionId,
        seen: Timestamp,
        until: Option<Timestamp>,
    ) -> StoreResult<()>;
    /// Adds a pause, or makes one longer. One that ends later than any can was noted by a clock that
    /// was wrong: it holds nobody up, and the next takes its place.
    async fn pause(&mut self, pause: &Pause, now: Timestamp) -> StoreResult<()>;
    /// When the pause ends that holds at `now`.
    async fn pause_of(
        &mut self,
        integration: IntegrationId,
        host: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Timestamp>>;
    /// Those that hold at `now`, the longest first; at most 1,000.
    async fn pauses(&mut self, now: Timestamp) -> StoreResult<Vec<Pause>>;
    /// When the first of all pauses ends or ended.
    async fn first_pause_end(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes pauses that ended before `before`. Returns how many.
    async fn remove_pauses(&mut self, before: Timestamp) -> StoreResult<u64>;
}
