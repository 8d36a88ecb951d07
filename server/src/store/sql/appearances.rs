//! How portals look.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        Timestamp,
        appearance::{Appearance, Logo, address},
        id::ProjectId,
    },
    ports::store::{AppearanceRepository, StoreError, StoreResult},
    store::values::{micros, to_json},
};

fn decode(row: &Row) -> StoreResult<Appearance> {
    let record = Record::new(row, "appearances");
    let hash: Option<Vec<u8>> = record.get("logo_hash")?;
    let logo = match hash {
        Some(hash) => Some(address(&hash, record.name("logo_kind")?)),
        None => None,
    };
    Ok(Appearance {
        logo,
        ..record.json("choices")?
    })
}

fn decode_logo(row: &Row) -> StoreResult<Logo> {
    let record = Record::new(row, "appearances");
    Ok(Logo {
        kind: record.name("logo_kind")?,
        bytes: record.get("logo")?,
        hash: record.get("logo_hash")?,
    })
}

#[async_trait]
impl AppearanceRepository for Conn {
    async fn lookup(&mut self, project: ProjectId) -> StoreResult<Option<Appearance>> {
        let row = sqlx::query(
            "SELECT choices, logo_kind, logo_hash FROM appearances WHERE project_id = $1",
        )
        .bind(project.0)
        .fetch_optional(self)
        .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn put(
        &mut self,
        project: ProjectId,
        chosen: &Appearance,
        now: Timestamp,
    ) -> StoreResult<()> {
        let choices = Appearance {
            logo: None,
            ..chosen.clone()
        };
        sqlx::query(
            "INSERT INTO appearances (project_id, choices, updated_at) VALUES ($1, $2, $3) \
             ON CONFLICT (project_id) DO UPDATE \
             SET choices = excluded.choices, updated_at = excluded.updated_at",
        )
        .bind(project.0)
        .bind(to_json(&choices))
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn put_logo(&mut self, project: ProjectId, logo: Option<&Logo>) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE appearances SET logo = $2, logo_kind = $3, logo_hash = $4 \
             WHERE project_id = $1",
        )
        .bind(project.0)
        .bind(logo.map(|logo| logo.bytes.as_slice()))
        .bind(logo.map(|logo| logo.kind.as_str()))
        .bind(logo.map(|logo| logo.hash.as_slice()))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn find_logo(&mut self, hash: &[u8]) -> StoreResult<Option<Logo>> {
        let row = sqlx::query(
            "SELECT logo, logo_kind, logo_hash FROM appearances WHERE logo_hash = $1 LIMIT 1",
        )
        .bind(hash)
        .fetch_optional(self)
        .await?;
        row.as_ref().map(decode_logo).transpose()
    }
}
