//! The store: SQLite and PostgreSQL behind one set of repositories.
//!
//! The files under `store/sql/` hold one SQL text and are compiled twice: once against `sqlite::engine`,
//! once against `postgres::engine`. What the two databases cannot say in the same words stands in
//! `dialect.rs`.
//!
//! What to rely on, on both engines:
//! - A reader cannot write: the database itself refuses.
//! - An `add` that meets a taken name answers `Conflict` and leaves its unit of work usable.
//!   After any other failure the unit of work is to be dropped.
//! - SQLite runs units of work one after the other. PostgreSQL runs them side by side, so one that
//!   reads before it writes takes the project's row first, with `projects().touch()`.

#![allow(
    clippy::duplicate_mod,
    reason = "one SQL text is compiled for two engines"
)]

mod backup;
mod dialect;
mod error;
mod migrations;
mod postgres;
mod shelf;
mod sqlite;
mod values;
mod writes;

use std::sync::Arc;

pub use backup::Opened as OpenedBackup;

use crate::ports::store::{Store, StoreError};

/// Opens the database that `url` names, and brings its tables up to date first.
///
/// `sqlite://PATH` (the file and its folder are made, readable by this account only) or
/// `postgres://USER:PASSWORD@HOST/DATABASE`. Any number of processes may do this at once.
///
/// # Errors
/// `Unavailable` when the URL is of another kind, or when the database cannot be reached, written or
/// brought up to date. Its source says why, and never repeats the URL.
pub async fn connect(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(sqlite::open(url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(postgres::open(url).await?)),
        _ => Err(StoreError::Unavailable(
            "The database URL must begin with sqlite:// or postgres://.".into(),
        )),
    }
}
