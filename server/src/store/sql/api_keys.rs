//! Keys of back ends. A revoked key stays as a row and is never listed.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        Timestamp,
        api_key::ApiKey,
        id::{ApiKeyId, ProjectId},
    },
    ports::store::{ApiKeyRepository, StoreError, StoreResult},
    store::values::{micros, to_json},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, name, secret_hash, scopes, created_at FROM api_keys \
             WHERE revoked_at IS NULL AND ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<ApiKey> {
    let record = Record::new(row, "api_keys");
    Ok(ApiKey {
        id: ApiKeyId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        name: record.get("name")?,
        secret_hash: record.get("secret_hash")?,
        scopes: record.json("scopes")?,
        created_at: record.time("created_at")?,
    })
}

#[async_trait]
impl ApiKeyRepository for Conn {
    async fn lookup(&mut self, id: ApiKeyId) -> StoreResult<Option<ApiKey>> {
        let row = sqlx::query(select!("id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<ApiKey>> {
        let rows = sqlx::query(select!("project_id = $1 ORDER BY created_at, id"))
            .bind(project.0)
            .fetch_all(self)
            .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, key: &ApiKey) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO api_keys (id, project_id, name, secret_hash, scopes, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.id.0)
        .bind(key.project.0)
        .bind(&key.name)
        .bind(key.secret_hash.as_slice())
        .bind(to_json(&key.scopes))
        .bind(micros(key.created_at))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn revoke(
        &mut self,
        project: ProjectId,
        id: ApiKeyId,
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE api_keys SET revoked_at = $3 \
             WHERE project_id = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(project.0)
        .bind(id.0)
        .bind(micros(now))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
