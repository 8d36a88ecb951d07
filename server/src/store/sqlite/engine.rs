//! The types and words of SQLite.

pub(in crate::store) use crate::store::dialect::sqlite::{lock_keyring, now_micros, user_matches};

pub(in crate::store) type Db = sqlx::Sqlite;
pub(in crate::store) type Conn = sqlx::SqliteConnection;
pub(in crate::store) type Row = sqlx::sqlite::SqliteRow;
