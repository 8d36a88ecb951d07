//! What an app noted of its users.

use async_trait::async_trait;

use super::engine::Conn;
use crate::{
    domain::{Timestamp, configuration::Settings, id::ProjectId},
    ports::store::{StoreResult, UserRepository},
    store::values::{micros, to_json},
};

#[async_trait]
impl UserRepository for Conn {
    /// The row itself is the lock: writing it holds the others up.
    async fn lock(&mut self, project: ProjectId, user_id: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO users (project_id, user_id, meta, updated_at) VALUES ($1, $2, '{}', $3) \
             ON CONFLICT (project_id, user_id) DO UPDATE SET user_id = excluded.user_id",
        )
        .bind(project.0)
        .bind(user_id)
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn put_meta(
        &mut self,
        project: ProjectId,
        user_id: &str,
        meta: &Settings,
        now: Timestamp,
    ) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO users (project_id, user_id, meta, updated_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (project_id, user_id) \
             DO UPDATE SET meta = excluded.meta, updated_at = excluded.updated_at",
        )
        .bind(project.0)
        .bind(user_id)
        .bind(to_json(meta))
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(())
    }
}
