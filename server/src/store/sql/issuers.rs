//! Identity providers of a project.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        id::{IssuerId, ProjectId},
        issuer::Issuer,
    },
    ports::store::{IssuerRepository, StoreError, StoreResult},
    store::values::micros,
};

fn decode(row: &Row) -> StoreResult<Issuer> {
    let record = Record::new(row, "issuers");
    Ok(Issuer {
        id: IssuerId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        issuer: record.get("issuer")?,
        jwks_url: record.get("jwks_url")?,
        audience: record.get("audience")?,
        user_claim: record.get("user_claim")?,
        created_at: record.time("created_at")?,
    })
}

#[async_trait]
impl IssuerRepository for Conn {
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Issuer>> {
        let rows = sqlx::query(
            "SELECT id, project_id, issuer, jwks_url, audience, user_claim, created_at \
             FROM issuers WHERE project_id = $1 ORDER BY issuer",
        )
        .bind(project.0)
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, issuer: &Issuer) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO issuers \
             (id, project_id, issuer, jwks_url, audience, user_claim, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(issuer.id.0)
        .bind(issuer.project.0)
        .bind(&issuer.issuer)
        .bind(issuer.jwks_url.as_deref())
        .bind(&issuer.audience)
        .bind(&issuer.user_claim)
        .bind(micros(issuer.created_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn remove(&mut self, project: ProjectId, issuer: &str) -> StoreResult<()> {
        let done = sqlx::query("DELETE FROM issuers WHERE project_id = $1 AND issuer = $2")
            .bind(project.0)
            .bind(issuer)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
