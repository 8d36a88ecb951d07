//! From PostgreSQL to a backup: all tables as they are at one moment, while others write.

use std::path::Path;

use futures::TryStreamExt;
use sqlx::{
    AssertSqlSafe, Column as _, Connection, PgConnection, Row as _, Sqlite, TypeInfo as _,
    postgres::PgRow, query::Query, sqlite::SqliteArguments,
};
use uuid::Uuid;

use super::{open, refused, table};
use crate::{
    ports::store::{StoreError, StoreResult},
    store::sqlite,
};

/// Fills the empty file `to`. The snapshot holds back the database's vacuum until it is done.
pub(in crate::store) async fn copy(source: &mut PgConnection, to: &Path) -> StoreResult<()> {
    let mut copy = open(to, true).await?;
    sqlite::migrate_one(&mut copy).await?;
    let tables = table::all(&mut copy, "main").await?;
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    let mut snapshot = source.begin_with(begin).await?;
    let mut unit = copy.begin().await?;
    for table in &tables {
        // A fresh schema has rows of its own.
        let empty = format!("DELETE FROM {}", table.name);
        sqlx::query(AssertSqlSafe(empty))
            .execute(&mut *unit)
            .await?;
        let columns = table.column_list();
        let places = vec!["?"; table.columns.len()].join(", ");
        let insert = format!("INSERT INTO {} ({columns}) VALUES ({places})", table.name);
        let select = format!("SELECT {columns} FROM {}", table.name);
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut *snapshot);
        while let Some(row) = rows.try_next().await? {
            let query = sqlx::query(AssertSqlSafe(insert.clone()));
            bind(query, &row)?.execute(&mut *unit).await?;
        }
    }
    unit.commit().await?;
    copy.close().await?;
    Ok(())
}

type Insert<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bind<'q>(mut query: Insert<'q>, row: &PgRow) -> StoreResult<Insert<'q>> {
    for (index, column) in row.columns().iter().enumerate() {
        query = match column.type_info().name() {
            "UUID" => query.bind(row.try_get::<Option<Uuid>, _>(index)?),
            "BYTEA" => query.bind(row.try_get::<Option<Vec<u8>>, _>(index)?),
            "INT8" => query.bind(row.try_get::<Option<i64>, _>(index)?),
            "INT4" => query.bind(row.try_get::<Option<i32>, _>(index)?),
            "BOOL" => query.bind(row.try_get::<Option<bool>, _>(index)?),
            "TEXT" | "VARCHAR" => query.bind(row.try_get::<Option<String>, _>(index)?),
            other => return Err(unknown(column.name(), other)),
        };
    }
    Ok(query)
}

/// A test copies every column of the schema, so this is for one that is not ours.
fn unknown(column: &str, kind: &str) -> StoreError {
    refused(format!(
        "the column {column} has the type {kind}, which no backup knows"
    ))
}
