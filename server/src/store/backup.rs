//! Backups. Of either engine, one is a SQLite file with the schema of `migrations/sqlite`: one file
//! that any tool opens, that is checked before it replaces anything, and that goes back into either
//! engine.

pub(super) mod from_postgres;
pub(super) mod into_postgres;
pub(super) mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{
    ConnectOptions, Connection, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

use super::sqlite;
use crate::ports::store::{StoreError, StoreResult};

/// What is true of the servers that ran when the copy was made, and of nothing later.
const OF_THE_MOMENT: &str = "DELETE FROM key_holders";

fn refused(why: impl Into<String>) -> StoreError {
    StoreError::Unavailable(why.into().into())
}

/// A connection to a backup.
async fn open(path: &Path, is_new: bool) -> StoreResult<SqliteConnection> {
    let options = SqliteConnectOptions::from_str("sqlite://")?
        .filename(path)
        .create_if_missing(is_new)
        .foreign_keys(false)
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// Makes the backup beside its place, and puts it there when it is whole: a file of that name is a
/// backup, or it is not there.
///
/// # Errors
/// The file is there already, or cannot be written.
pub(super) async fn write<F>(to: &Path, fill: impl FnOnce(PathBuf) -> F) -> StoreResult<()>
where
    F: Future<Output = StoreResult<()>>,
{
    if to.exists() {
        return Err(refused(format!(
            "{} is there already; name another file",
            to.display()
        )));
    }
    let partial = beside(to, "partial");
    let _ = fs::remove_file(&partial);
    sqlite::make_private_file(&partial)?;
    let filled = fill(partial.clone()).await;
    let placed = match filled {
        Ok(()) => place(&partial, to).await,
        failed => failed,
    };
    if placed.is_err() {
        let _ = fs::remove_file(&partial);
    }
    placed
}

async fn place(partial: &Path, to: &Path) -> StoreResult<()> {
    let mut copy = open(partial, false).await?;
    sqlx::raw_sql(OF_THE_MOMENT).execute(&mut copy).await?;
    copy.close().await?;
    fs::File::open(partial)?.sync_all()?;
    Ok(fs::rename(partial, to)?)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    file.with_file_name(name)
}

/// A backup that is being read: a copy of the file, which is never written itself.
pub struct Opened {
    copy: PathBuf,
}

impl Opened {
    /// Copies the file, checks it, and brings the copy up to this release's schema.
    ///
    /// # Errors
    /// It is no backup, is damaged, or is of a newer release.
    pub async fn new(from: &Path) -> StoreResult<Self> {
        let unread = |why: String| refused(format!("{} cannot be read: {why}", from.display()));
        if !from.is_file() {
            return Err(unread("there is no such file".to_owned()));
        }
        if log_of(from).exists() {
            let why = "it is a database in use; make a backup of it".to_owned();
            return Err(unread(why));
        }
        let copy = beside(from, "restoring");
        let _ = fs::remove_file(&copy);
        sqlite::make_private_file(&copy)?;
        let opened = Self { copy };
        fs::copy(from, &opened.copy).map_err(|error| unread(error.to_string()))?;
        let mut connection = open(&opened.copy, false)
            .await
            .map_err(|_| no_backup(from))?;
        check(&mut connection, from).await?;
        sqlite::migrate_one(&mut connection).await.map_err(|_| {
            refused(format!(
                "{} is of a newer release of Patchbay; restore it with that release",
                from.display()
            ))
        })?;
        connection.close().await?;
        Ok(opened)
    }

    /// As a database of its own.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.copy.display())
    }

    pub fn path(&self) -> &Path {
        &self.copy
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut file = self.copy.clone().into_os_string();
            file.push(ending);
            let _ = fs::remove_file(file);
        }
    }
}

/// Where SQLite keeps what a database in use has yet to take in.
fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn no_backup(from: &Path) -> StoreError {
    refused(format!("{} is not a backup of Patchbay", from.display()))
}

/// Whether every page and every reference of the file is in order.
async fn check(connection: &mut SqliteConnection, from: &Path) -> StoreResult<()> {
    let migrations = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
    let migrations: i64 = sqlx::query_scalar(migrations)
        .fetch_one(&mut *connection)
        .await
        .map_err(|_| no_backup(from))?;
    let verdict = sqlx::query("PRAGMA integrity_check(1)")
        .fetch_one(&mut *connection)
        .await;
    let says_ok = |row: SqliteRow| row.try_get::<String, _>(0).is_ok_and(|said| said == "ok");
    let is_whole = verdict.is_ok_and(says_ok) && migrations > 0;
    let orphan = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(connection)
        .await;
    if is_whole && matches!(orphan, Ok(None)) {
        Ok(())
    } else {
        let file = from.display();
        Err(refused(format!("{file} is damaged; take an older backup")))
    }
}
