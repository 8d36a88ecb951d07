//! Sealed values, wherever they are.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
};
use crate::{
    domain::id::ProjectId,
    ports::store::{SealedColumn, SealedContent, SealedRepository, StoreError, StoreResult},
};

fn decode(row: &Row, column: SealedColumn) -> StoreResult<SealedContent> {
    let record = Record::new(row, column.place().0);
    let content = match column.is_text() {
        true => record.get::<String>("content")?.into_bytes(),
        false => record.get("content")?,
    };
    Ok(SealedContent {
        row: record.get("id")?,
        project: ProjectId(record.get("project_id")?),
        content,
    })
}

#[async_trait]
impl SealedRepository for Conn {
    async fn list(
        &mut self,
        column: SealedColumn,
        after: Uuid,
        most: u32,
    ) -> StoreResult<Vec<SealedContent>> {
        let (table, name) = column.place();
        // Of a text, rows that hold no value are many.
        let holds = match column.is_text() {
            true => format!("{name} LIKE '%\"secrets\":{{%'"),
            false => format!("{name} IS NOT NULL"),
        };
        let sql = format!(
            "SELECT id, project_id, {name} AS content FROM {table} WHERE id > $1 AND {holds} \
             ORDER BY id LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(after)
            .bind(i64::from(most))
            .fetch_all(self)
            .await?;
        rows.iter().map(|row| decode(row, column)).collect()
    }

    async fn replace(
        &mut self,
        column: SealedColumn,
        old: &SealedContent,
        new: &[u8],
    ) -> StoreResult<()> {
        let (table, name) = column.place();
        let sql = format!("UPDATE {table} SET {name} = $3 WHERE id = $1 AND {name} = $2");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(old.row);
        let query = if column.is_text() {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            query.bind(text(&old.content)).bind(text(new))
        } else {
            query.bind(old.content.as_slice()).bind(new)
        };
        let done = query.execute(self).await?;
        changed(done.rows_affected(), StoreError::Stale)
    }
}
