//! Small values of the installation.

use async_trait::async_trait;

use super::{engine::Conn, record::changed};
use crate::ports::store::{SettingRepository, StoreError, StoreResult};

#[async_trait]
impl SettingRepository for Conn {
    async fn lookup(&mut self, name: &str) -> StoreResult<Option<Vec<u8>>> {
        Ok(
            sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
                .bind(name)
                .fetch_optional(self)
                .await?,
        )
    }

    async fn add(&mut self, name: &str, value: &[u8]) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(name)
        .bind(value)
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn put(&mut self, name: &str, value: &[u8]) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn replace(&mut self, name: &str, old: &[u8], new: &[u8]) -> StoreResult<()> {
        let done = sqlx::query("UPDATE settings SET value = $3 WHERE name = $1 AND value = $2")
            .bind(name)
            .bind(old)
            .bind(new)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn remove(&mut self, name: &str) -> StoreResult<()> {
        let done = sqlx::query("DELETE FROM settings WHERE name = $1")
            .bind(name)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
