//! Reading rows, and judging what a statement did.

use serde::de::DeserializeOwned;
use sqlx::{Decode, Row as _, Type};
use uuid::Uuid;

use super::engine::{Conn, Db, Row};
use crate::{
    domain::Timestamp,
    ports::store::{StoreError, StoreResult},
    store::values,
};

/// A row of `table`. What cannot be read is `Corrupt`, with the row's id and without the value.
pub(super) struct Record<'r> {
    row: &'r Row,
    table: &'static str,
}

impl<'r> Record<'r> {
    pub(super) fn new(row: &'r Row, table: &'static str) -> Self {
        Self { row, table }
    }

    pub(super) fn get<T>(&self, column: &str) -> StoreResult<T>
    where
        T: Decode<'r, Db> + Type<Db>,
    {
        self.row
            .try_get(column)
            .map_err(|_| self.corrupt(column, "the column is not of its type"))
    }

    pub(super) fn time(&self, column: &str) -> StoreResult<Timestamp> {
        values::timestamp(self.get(column)?).map_err(|reason| self.corrupt(column, &reason))
    }

    pub(super) fn optional_time(&self, column: &str) -> StoreResult<Option<Timestamp>> {
        self.get::<Option<i64>>(column)?
            .map(|micros| values::timestamp(micros).map_err(|reason| self.corrupt(column, &reason)))
            .transpose()
    }

    /// A list or a map that is kept as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &str) -> StoreResult<T> {
        values::from_json(self.get(column)?).map_err(|reason| self.corrupt(column, &reason))
    }

    pub(super) fn optional_json<T: DeserializeOwned>(
        &self,
        column: &str,
    ) -> StoreResult<Option<T>> {
        self.get::<Option<&str>>(column)?
            .map(|json| values::from_json(json).map_err(|reason| self.corrupt(column, &reason)))
            .transpose()
    }

    /// A variant that is kept by its name on the wire.
    pub(super) fn name<T: DeserializeOwned>(&self, column: &str) -> StoreResult<T> {
        values::from_name(self.get(column)?).map_err(|reason| self.corrupt(column, &reason))
    }

    pub(super) fn corrupt(&self, column: &str, reason: &str) -> StoreError {
        let row = match self.row.try_get::<Uuid, _>("id") {
            Ok(id) => id.to_string(),
            Err(_) => "without id".to_owned(),
        };
        StoreError::Corrupt {
            table: self.table,
            row,
            reason: format!("{column}: {reason}"),
        }
    }
}

/// `error` unless the statement changed a row.
pub(super) fn changed(rows: u64, error: StoreError) -> StoreResult<()> {
    if rows == 0 { Err(error) } else { Ok(()) }
}

/// The one time that a query like `SELECT min(…)` gives.
pub(super) async fn first(conn: &mut Conn, query: &'static str) -> StoreResult<Option<Timestamp>> {
    let micros: Option<i64> = sqlx::query_scalar(query).fetch_one(conn).await?;
    Ok(micros.and_then(|micros| values::timestamp(micros).ok()))
}
