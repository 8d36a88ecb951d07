//! Origins of the pages that may embed the portal.

use async_trait::async_trait;

use super::{engine::Conn, record::changed};
use crate::{
    domain::{Timestamp, id::ProjectId},
    ports::store::{OriginRepository, StoreError, StoreResult},
    store::values::micros,
};

#[async_trait]
impl OriginRepository for Conn {
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<String>> {
        Ok(
            sqlx::query_scalar("SELECT origin FROM origins WHERE project_id = $1 ORDER BY origin")
                .bind(project.0)
                .fetch_all(self)
                .await?,
        )
    }

    async fn add(&mut self, project: ProjectId, origin: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO origins (project_id, origin, created_at) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        )
        .bind(project.0)
        .bind(origin)
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(())
    }

    /// NotFound: it was not allowed.
    async fn remove(&mut self, project: ProjectId, origin: &str) -> StoreResult<()> {
        let done = sqlx::query("DELETE FROM origins WHERE project_id = $1 AND origin = $2")
            .bind(project.0)
            .bind(origin)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
