//! From a backup into PostgreSQL: everything is replaced in one unit of work, or nothing.

use std::{collections::HashMap, path::Path};

use futures::TryStreamExt;
use sqlx::{
    AssertSqlSafe, PgConnection, Postgres, Row as _, postgres::PgArguments, query::Query,
    sqlite::SqliteRow,
};
use uuid::Uuid;

use super::{
    open, refused,
    table::{self, Table},
};
use crate::ports::store::StoreResult;

/// `unit` is a transaction that its caller commits.
pub(in crate::store) async fn copy(from: &Path, unit: &mut PgConnection) -> StoreResult<()> {
    let mut source = open(from, false).await?;
    let tables = table::all(&mut source, "main").await?;
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let truncate = format!("TRUNCATE {}", names.join(", "));
    sqlx::query(AssertSqlSafe(truncate))
        .execute(&mut *unit)
        .await?;
    for table in &tables {
        let kinds = kinds(unit, table).await?;
        let places: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
        let (columns, places) = (table.column_list(), places.join(", "));
        let insert = format!("INSERT INTO {} ({columns}) VALUES ({places})", table.name);
        let select = format!("SELECT {columns} FROM {}", table.name);
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut source);
        while let Some(row) = rows.try_next().await? {
            let query = sqlx::query(AssertSqlSafe(insert.clone()));
            bind(query, &row, &kinds)?.execute(&mut *unit).await?;
        }
    }
    Ok(())
}

/// The type of each of the table's columns, in their order.
async fn kinds(unit: &mut PgConnection, table: &Table) -> StoreResult<Vec<String>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name = $1",
    )
    .bind(&table.name)
    .fetch_all(unit)
    .await?;
    let mut known: HashMap<String, String> = rows.into_iter().collect();
    let kind = |column: &String| {
        let (table, missing) = (&table.name, format!("{column} of {}", table.name));
        known
            .remove(column)
            .ok_or_else(|| refused(format!("{table} has no place for {missing}")))
    };
    table.columns.iter().map(kind).collect()
}

type Insert<'q> = Query<'q, Postgres, PgArguments>;

fn bind<'q>(mut query: Insert<'q>, row: &SqliteRow, kinds: &[String]) -> StoreResult<Insert<'q>> {
    for (index, kind) in kinds.iter().enumerate() {
        query = match kind.as_str() {
            "uuid" => query.bind(row.try_get::<Option<Uuid>, _>(index)?),
            "bytea" => query.bind(row.try_get::<Option<Vec<u8>>, _>(index)?),
            "bigint" => query.bind(row.try_get::<Option<i64>, _>(index)?),
            "integer" => query.bind(row.try_get::<Option<i32>, _>(index)?),
            "boolean" => query.bind(row.try_get::<Option<bool>, _>(index)?),
            _ => query.bind(row.try_get::<Option<String>, _>(index)?),
        };
    }
    Ok(query)
}
