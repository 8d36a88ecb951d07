//! The public halves of signing keys. A revoked key stays as a row and is never listed.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        Timestamp,
        id::{KeyId, ProjectId},
        project::SigningKey,
    },
    ports::store::{KeyRepository, StoreError, StoreResult},
    store::values::micros,
};

fn decode(row: &Row) -> StoreResult<SigningKey> {
    let record = Record::new(row, "signing_keys");
    Ok(SigningKey {
        id: KeyId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        public_key_pem: record.get("public_key_pem")?,
        created_at: record.time("created_at")?,
    })
}

#[async_trait]
impl KeyRepository for Conn {
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<SigningKey>> {
        let rows = sqlx::query(
            "SELECT id, project_id, public_key_pem, created_at FROM signing_keys \
             WHERE project_id = $1 AND revoked_at IS NULL ORDER BY created_at, id",
        )
        .bind(project.0)
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, key: &SigningKey) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO signing_keys (id, project_id, public_key_pem, created_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(key.id.0)
        .bind(key.project.0)
        .bind(&key.public_key_pem)
        .bind(micros(key.created_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn revoke(&mut self, project: ProjectId, id: KeyId, now: Timestamp) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE signing_keys SET revoked_at = $3 \
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
