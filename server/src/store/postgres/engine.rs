//! The types and words of PostgreSQL.

pub(in crate::store) use crate::store::dialect::postgres::{
    lock_keyring, now_micros, user_matches,
};

pub(in crate::store) type Db = sqlx::Postgres;
pub(in crate::store) type Conn = sqlx::PgConnection;
pub(in crate::store) type Row = sqlx::postgres::PgRow;
