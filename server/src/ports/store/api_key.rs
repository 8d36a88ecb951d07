//! Keys of back ends.

use async_trait::async_trait;

use super::StoreResult;
use crate::domain::{
    Timestamp,
    api_key::ApiKey,
    id::{ApiKeyId, ProjectId},
};

#[async_trait]
pub trait ApiKeyRepository: Send {
    /// An active key.
    async fn lookup(&mut self, id: ApiKeyId) -> StoreResult<Option<ApiKey>>;
    /// The active keys, oldest first.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<ApiKey>>;
    /// NotFound: no such project.
    async fn add(&mut self, key: &ApiKey) -> StoreResult<()>;
    /// NotFound: no such active key in the project.
    async fn revoke(&mut self, project: ProjectId, id: ApiKeyId, now: Timestamp)
    -> StoreResult<()>;
}
