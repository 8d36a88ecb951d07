//! SQLite: one writer, four readers, write-ahead log.

mod engine;

#[path = "sql/api_keys.rs"]
mod api_keys;
#[path = "sql/appearances.rs"]
mod appearances;
#[path = "sql/audit.rs"]
mod audit;
#[path = "sql/connections.rs"]
mod connections;
#[path = "sql/deliveries.rs"]
mod deliveries;
#[path = "sql/events.rs"]
mod events;
#[path = "sql/flows.rs"]
mod flows;
#[path = "sql/integrations.rs"]
mod integrations;
#[path = "sql/issuers.rs"]
mod issuers;
#[path = "sql/keyring.rs"]
mod keyring;
#[path = "sql/keys.rs"]
mod keys;
#[path = "sql/links.rs"]
mod links;
#[path = "sql/operators.rs"]
mod operators;
#[path = "sql/origins.rs"]
mod origins;
#[path = "sql/projects.rs"]
mod projects;
#[path = "sql/record.rs"]
mod record;
#[path = "sql/refresh.rs"]
mod refresh;
#[path = "sql/revocations.rs"]
mod revocations;
#[path = "sql/sealed.rs"]
mod sealed;
#[path = "sql/settings.rs"]
mod settings;
#[path = "sql/units.rs"]
mod units;
#[path = "sql/upkeep.rs"]
mod upkeep;
#[path = "sql/user_notes.rs"]
mod user_notes;
#[path = "sql/users.rs"]
mod users;
#[path = "sql/webhooks.rs"]
mod webhooks;

use std::{
    fs,
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Row as _, Sqlite,
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
        SqliteSynchronous,
    },
};

use self::units::{Reader, Writer};
use crate::{
    domain::Timestamp,
    ports::store::{Repositories, Store, StoreError, StoreResult, UnitOfWork},
    store::{
        backup::{self, table},
        migrations,
        shelf::Shelf,
        writes::Writes,
    },
};

/// How long a writer waits for another, in this process or outside.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// How long one attempt to scrub waits for others, and how many there are.
const SCRUB_PATIENCE: Duration = Duration::from_millis(200);
const SCRUB_ATTEMPTS: u32 = 10;

pub(super) struct SqliteStore {
    options: SqliteConnectOptions,
    writer: SqlitePool,
    readers: Shelf<Sqlite>,
    writes: Writes,
}

pub(super) async fn open(url: &str) -> StoreResult<SqliteStore> {
    let options = options(url)?;
    make_private_file(options.get_filename())?;
    let writer = first_connection(&options).await?;
    migrate(&writer).await?;
    let readers = pool(READERS).connect_lazy_with(options.clone().pragma("query_only", "ON"));
    Ok(SqliteStore {
        options,
        writer,
        readers: Shelf::new(readers, READERS as usize, PATIENCE),
        writes: Writes::default(),
    })
}

/// Processes that open a new file at the same moment all want to give it its log. SQLite lets one, and
/// tells the others at once that the file is locked, whatever their patience.
async fn first_connection(options: &SqliteConnectOptions) -> StoreResult<SqlitePool> {
    let started = Instant::now();
    loop {
        match pool(1).connect_with(options.clone()).await {
            Err(error) if is_locked(&error) && started.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            result => return Ok(result?),
        }
    }
}

/// `SQLITE_BUSY`, of any kind (<https://sqlite.org/rescode.html>).
fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

fn options(url: &str) -> StoreResult<SqliteConnectOptions> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Unavailable(
            "The database must be a file: sqlite://PATH.".into(),
        ));
    }
    Ok(SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .busy_timeout(PATIENCE)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        // Kibibytes a connection, where negative.
        .pragma("cache_size", "-2000")
        .pragma("temp_store", "MEMORY")
        // What is deleted or replaced is overwritten with zeros.
        .pragma("secure_delete", "ON")
        // The log is cut back to this after a burst of writes.
        .pragma("journal_size_limit", "16777216")
        // Statements carry sealed values and hashes.
        .disable_statement_logging())
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        // A file does not go away as a network does.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| Box::pin(is_at_rest(connection)))
}

/// Whether no transaction is open. A full disk makes SQLite roll back by itself
/// (<https://sqlite.org/lang_transaction.html>, §3); the driver's own rollback then fails, and it would
/// believe for ever that one is open.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // A rollback waits for its turn as a rule.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Makes the file before SQLite does, so that nobody else can read it for a moment. The log and
/// its index take the file's mode.
pub(super) fn make_private_file(path: &Path) -> StoreResult<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut file = fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => Ok(result.map(drop)?),
    }
}

/// All migrations in one unit of work: a process that starts at the same time waits, then finds
/// nothing to do.
async fn migrate(writer: &SqlitePool) -> StoreResult<()> {
    let mut unit = writer.begin_with("BEGIN IMMEDIATE").await?;
    migrate_one(&mut unit).await?;
    Ok(unit.commit().await?)
}

pub(super) async fn migrate_one(connection: &mut SqliteConnection) -> StoreResult<()> {
    migrations::sqlite()
        .run_direct(None, connection, false)
        .await?;
    Ok(())
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(Reader(self.readers.take().await?)))
    }

    /// `IMMEDIATE`: a unit of work that reads first could not become a writer any more once another
    /// has written.
    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        let unit = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Box::new(Writer(unit, self.writes.begin())))
    }

    fn writes(&self) -> u64 {
        self.writes.ended()
    }

    async fn ping(&self) -> StoreResult<()> {
        let mut reader = self.readers.take().await?;
        sqlx::query("SELECT 1").execute(&mut *reader).await?;
        Ok(())
    }

    async fn now(&self) -> StoreResult<Option<Timestamp>> {
        Ok(None)
    }

    async fn backup(&self, to: &Path) -> StoreResult<()> {
        backup::write(to, |file| async move {
            let mut connection = self.options.connect().await?;
            // One read of everything: writers go on meanwhile, and free pages stay behind.
            sqlx::query("VACUUM INTO $1")
                .bind(file.to_string_lossy().into_owned())
                .execute(&mut connection)
                .await?;
            Ok(connection.close().await?)
        })
        .await
    }

    async fn restore(&self, from: &Path) -> StoreResult<()> {
        let mut connection = self.options.connect().await?;
        sqlx::query("ATTACH DATABASE $1 AS backup")
            .bind(from.to_string_lossy().into_owned())
            .execute(&mut connection)
            .await?;
        let tables = table::all(&mut connection, "backup").await?;
        let mut unit = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("PRAGMA defer_foreign_keys = ON")
            .execute(&mut *unit)
            .await?;
        for table in tables.iter().rev() {
            let sql = format!("DELETE FROM main.{}", table.name);
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *unit).await?;
        }
        for table in &tables {
            let (name, columns) = (&table.name, table.column_list());
            let sql =
                format!("INSERT INTO main.{name} ({columns}) SELECT {columns} FROM backup.{name}");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *unit).await?;
        }
        unit.commit().await?;
        Ok(connection.close().await?)
    }

    async fn is_empty(&self) -> StoreResult<bool> {
        let mut reader = self.readers.take().await?;
        units::is_empty(&mut reader).await
    }

    async fn scrub(&self) -> StoreResult<()> {
        // A connection of its own: nobody waits for the writer meanwhile.
        let options = self.options.clone().busy_timeout(SCRUB_PATIENCE);
        let mut connection = options.connect().await?;
        for _ in 0..SCRUB_ATTEMPTS {
            let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&mut connection)
                .await?;
            let was_busy: i64 = row.try_get(0)?;
            if was_busy == 0 {
                break;
            }
        }
        Ok(connection.close().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_no_longer_full_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/patchbay.db", folder.path().display());
        let store = open(&url).await.unwrap();
        limit(&store, "page_count").await;
        let filled = fill(&store).await.unwrap_err();
        assert!(filled.to_string().contains("full"), "{filled}");
        limit(&store, "1000000").await;
        fill(&store).await.unwrap();
    }

    /// Lets the file have so many pages at most, which SQLite takes for a full disk.
    async fn limit(store: &SqliteStore, pages: &str) {
        let mut writer = store.writer.acquire().await.unwrap();
        let pages: i64 = match pages.parse() {
            Ok(pages) => pages,
            Err(_) => sqlx::query_scalar("PRAGMA page_count")
                .fetch_one(&mut *writer)
                .await
                .unwrap(),
        };
        let sql = format!("PRAGMA max_page_count = {pages}");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *writer)
            .await
            .unwrap();
    }

    async fn fill(store: &SqliteStore) -> Result<(), sqlx::Error> {
        let mut unit = store.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS filling (bytes BLOB)")
            .execute(&mut *unit)
            .await?;
        sqlx::query("INSERT INTO filling VALUES (zeroblob(100000))")
            .execute(&mut *unit)
            .await?;
        unit.commit().await
    }
}
