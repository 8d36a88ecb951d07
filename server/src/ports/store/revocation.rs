//! Connections that ended here, and orders to end many.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    Timestamp,
    id::{ConnectionId, OrderId},
    revocation::{Order, Outcome, Progress, Revocation},
    secret::Sealed,
};

#[async_trait]
pub trait RevocationRepository: Send {
    async fn lookup(&mut self, id: ConnectionId) -> StoreResult<Option<Revocation>>;
    /// Ends a connection: its row becomes a revocation whose first attempt has begun and counts as lost
    /// at `until`. NotFound: there is no such connection.
    async fn begin(
        &mut self,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Revocation>;
    /// Begins an attempt of up to `most` that are due at `now`; they count as lost at `until`.
    async fn claim(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<Revocation>>;
    /// It is over: the outcome stays, the credential goes. Stale: the attempt is not `attempt` any more.
    async fn end(
        &mut self,
        id: ConnectionId,
        attempt: u32,
        outcome: &Outcome,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// The next attempt is due at `due_at`. Stale as above.
    async fn put_off(
        &mut self,
        id: ConnectionId,
        attempt: u32,
        outcome: &Outcome,
        due_at: Timestamp,
    ) -> StoreResult<()>;
    /// The connection's credential was renewed while it ended: this is the one to be revoked, at once.
    /// Begins anew what was over. Returns whether there is such a revocation.
    async fn renew(
        &mut self,
        id: ConnectionId,
        credential: &Sealed,
        now: Timestamp,
    ) -> StoreResult<bool>;
    /// When the first attempt of all, or the first order, is due.
    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>>;
    async fn add_order(&mut self, order: &Order) -> StoreResult<()>;
    /// Orders with connections left to end, the oldest first; at most 100.
    async fn open_orders(&mut self, now: Timestamp) -> StoreResult<Vec<Order>>;
    /// Connections that the order means and that are still there.
    async fn count(&mut self, order: &Order) -> StoreResult<u32>;
    /// Ends up to `most` connections of the order; each is due at once. Returns them.
    async fn carry_out(
        &mut self,
        order: &Order,
        most: u32,
        now: Timestamp,
    ) -> StoreResult<Vec<Revocation>>;
    /// Every connection that the order means has ended.
    async fn close_order(&mut self, id: OrderId) -> StoreResult<()>;
    async fn progress(&mut self, id: OrderId) -> StoreResult<Progress>;
    /// When the first of all ended.
    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes those that ended before `before`; at most 1,000 a call. Returns how many.
    async fn remove_ended(&mut self, before: Timestamp) -> StoreResult<u64>;
}
