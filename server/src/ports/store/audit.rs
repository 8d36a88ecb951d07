//! The audit trail.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    audit::{End, Entry},
    id::ProjectId,
};

/// Entries are added, and never changed or removed.
#[async_trait]
pub trait AuditRepository: Send {
    /// Where the chain ends. Until the unit of work ends, nobody else adds an entry: so this is the
    /// last thing that a unit of work waits for.
    async fn take_end(&mut self) -> StoreResult<End>;
    /// Adds the entry that follows [`AuditRepository::take_end`].
    async fn append(&mut self, entry: &Entry) -> StoreResult<()>;
    /// Where the chain ends, for a reader.
    async fn end(&mut self) -> StoreResult<End>;
    /// Entries after a number, in their order.
    async fn list_after(&mut self, number: i64, limit: u32) -> StoreResult<Vec<Entry>>;
    /// The latest first; of one project, or all.
    async fn list_latest(
        &mut self,
        project: Option<ProjectId>,
        limit: u32,
    ) -> StoreResult<Vec<Entry>>;
}
