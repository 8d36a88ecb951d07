//! The audit trail.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::{
        audit::{Actor, End, Entry, Link},
        id::{OperatorId, ProjectId},
    },
    ports::store::{AuditRepository, StoreError, StoreResult},
    store::values::micros,
};

macro_rules! columns {
    () => {
        "number, at, operator_id, actor, action, project_id, subject, detail, link"
    };
}

fn decode(row: &Row) -> StoreResult<Entry> {
    let record = Record::new(row, "audit_entries");
    Ok(Entry {
        number: record.get("number")?,
        at: record.time("at")?,
        actor: Actor {
            operator: record.get::<Option<Uuid>>("operator_id")?.map(OperatorId),
            name: record.get("actor")?,
        },
        action: record.get("action")?,
        project: record.get::<Option<Uuid>>("project_id")?.map(ProjectId),
        subject: record.get("subject")?,
        detail: record.get("detail")?,
        link: link(&record)?,
    })
}

fn decode_end(row: &Row) -> StoreResult<End> {
    let record = Record::new(row, "audit_end");
    Ok(End {
        number: record.get("number")?,
        link: link(&record)?,
    })
}

fn link(record: &Record<'_>) -> StoreResult<Link> {
    let bytes: &[u8] = record.get("link")?;
    bytes
        .try_into()
        .map_err(|_| record.corrupt("link", "it has not 32 bytes"))
}

#[async_trait]
impl AuditRepository for Conn {
    async fn take_end(&mut self) -> StoreResult<End> {
        // A write of nothing new: it takes the row's lock.
        let row = sqlx::query("UPDATE audit_end SET number = number RETURNING number, link")
            .fetch_one(self)
            .await?;
        decode_end(&row)
    }

    async fn append(&mut self, entry: &Entry) -> StoreResult<()> {
        sqlx::query(concat!(
            "INSERT INTO audit_entries (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ))
        .bind(entry.number)
        .bind(micros(entry.at))
        .bind(entry.actor.operator.map(|id| id.0))
        .bind(&entry.actor.name)
        .bind(&entry.action)
        .bind(entry.project.map(|id| id.0))
        .bind(&entry.subject)
        .bind(&entry.detail)
        .bind(&entry.link[..])
        .execute(&mut *self)
        .await?;
        let moved =
            sqlx::query("UPDATE audit_end SET number = $1, link = $2 WHERE number = $1 - 1")
                .bind(entry.number)
                .bind(&entry.link[..])
                .execute(self)
                .await?;
        changed(moved.rows_affected(), StoreError::Stale)
    }

    async fn end(&mut self) -> StoreResult<End> {
        let row = sqlx::query("SELECT number, link FROM audit_end")
            .fetch_one(self)
            .await?;
        decode_end(&row)
    }

    async fn list_after(&mut self, number: i64, limit: u32) -> StoreResult<Vec<Entry>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM audit_entries WHERE number > $1 ORDER BY number LIMIT $2"
        ))
        .bind(number)
        .bind(i64::from(limit))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn list_latest(
        &mut self,
        project: Option<ProjectId>,
        limit: u32,
    ) -> StoreResult<Vec<Entry>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM audit_entries WHERE $1 IS NULL OR project_id = $1 ORDER BY number DESC LIMIT $2"
        ))
        .bind(project.map(|id| id.0))
        .bind(i64::from(limit))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }
}
