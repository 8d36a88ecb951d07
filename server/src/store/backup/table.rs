//! Tables as a backup has them, in an order in which rows find what they refer to.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use crate::ports::store::StoreResult;

pub(in crate::store) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// Other tables that rows of this one refer to.
    parents: Vec<String>,
}

impl Table {
    /// `a, b, c`
    pub fn column_list(&self) -> String {
        self.columns.join(", ")
    }
}

/// Every table of Patchbay's schema `schema` (`main`, or the name of an attached file), those that
/// others refer to first. Names are the schema's own: they need no quotes.
pub(in crate::store) async fn all(
    connection: &mut SqliteConnection,
    schema: &str,
) -> StoreResult<Vec<Table>> {
    let sql = format!(
        "SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name <> '_sqlx_migrations' ORDER BY name"
    );
    let names: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(&mut *connection)
        .await?;
    let mut tables = Vec::new();
    for name in names {
        let columns = pragma(connection, schema, "table_info", &name, "name").await?;
        let parents = pragma(connection, schema, "foreign_key_list", &name, "table").await?;
        tables.push(Table {
            name,
            columns,
            parents,
        });
    }
    Ok(parents_first(tables))
}

async fn pragma(
    connection: &mut SqliteConnection,
    schema: &str,
    pragma: &str,
    table: &str,
    column: &str,
) -> StoreResult<Vec<String>> {
    let sql = format!("PRAGMA {schema}.{pragma}({table})");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(connection)
        .await?;
    let values = rows.iter().map(|row| Ok(row.try_get(column)?));
    values.collect()
}

fn parents_first(mut rest: Vec<Table>) -> Vec<Table> {
    let mut sorted: Vec<Table> = Vec::new();
    while !rest.is_empty() {
        let is_ready = |table: &Table| {
            let waits_for = |parent: &String| {
                *parent != table.name && rest.iter().any(|other| other.name == *parent)
            };
            !table.parents.iter().any(waits_for)
        };
        // Tables that refer to each other in a circle would have none: take them as they come.
        let next = rest.iter().position(is_ready).unwrap_or(0);
        sorted.push(rest.remove(next));
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_first() {
        let table = |name: &str, parents: &[&str]| Table {
            name: name.to_owned(),
            columns: Vec::new(),
            parents: parents.iter().map(ToString::to_string).collect(),
        };
        let sorted = parents_first(vec![
            table("connections", &["projects", "integrations"]),
            table("integrations", &["projects", "integrations"]),
            table("projects", &[]),
        ]);
        let names: Vec<&str> = sorted.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["projects", "integrations", "connections"]);
    }
}
