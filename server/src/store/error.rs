//! From the driver's errors to the store's.

use sqlx::migrate::MigrateError;

use crate::ports::store::StoreError;

/// `None` of `constraint()` is all that SQLite tells, so the kinds decide.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(database) if database.is_foreign_key_violation() => {
                Self::NotFound
            }
            // Locked, full, read-only, closed, no free connection in time.
            _ => {
                super::shelf::note_failure();
                Self::Unavailable(Box::new(error))
            }
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
