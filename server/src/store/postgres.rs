//! PostgreSQL: one pool; connections are read-only unless a unit of work says otherwise.

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

use std::{path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use sqlx::{
    ConnectOptions, Connection, Postgres,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};

use self::units::{Reader, Writer};
use crate::{
    domain::Timestamp,
    ports::store::{Repositories, Store, StoreResult, UnitOfWork},
    store::{
        backup::{self, from_postgres, into_postgres},
        dialect::postgres::now_micros,
        migrations,
        shelf::Shelf,
        values::timestamp,
        writes::Writes,
    },
};

const CONNECTIONS: u32 = 16;
/// The others are left to units of work.
const READERS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection that rested this long is tried before it is used: the network may have cut it.
const RESTED: Duration = Duration::from_secs(10);

pub(super) struct PostgresStore {
    pool: PgPool,
    readers: Shelf<Postgres>,
    writes: Writes,
}

pub(super) async fn open(url: &str) -> StoreResult<PostgresStore> {
    // Statements carry sealed values and hashes: none is logged.
    let options = PgConnectOptions::from_str(url)?
        .application_name("patchbay")
        .disable_statement_logging();
    migrate(&options).await?;
    let pool = pool().connect_lazy_with(options);
    let readers = Shelf::new(pool.clone(), READERS, PATIENCE);
    Ok(PostgresStore {
        pool,
        readers,
        writes: Writes::default(),
    })
}

/// Processes that start at the same time wait for each other: sqlx takes an advisory lock.
async fn migrate(options: &PgConnectOptions) -> StoreResult<()> {
    let connect = options.connect();
    let mut connection = tokio::time::timeout(PATIENCE, connect)
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)??;
    migrations::postgres()
        .run_direct(None, &mut connection, false)
        .await?;
    Ok(connection.close().await?)
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                if rest.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET default_transaction_read_only = on")
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        Ok(Box::new(Reader(self.readers.take().await?)))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        let unit = self.pool.begin_with("BEGIN READ WRITE").await?;
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
        let mut reader = self.readers.take().await?;
        let micros: i64 = sqlx::query_scalar(concat!("SELECT ", now_micros!()))
            .fetch_one(&mut *reader)
            .await?;
        Ok(Some(timestamp(micros).map_err(sqlx::Error::Protocol)?))
    }

    async fn backup(&self, to: &Path) -> StoreResult<()> {
        backup::write(to, |file| async move {
            let mut connection = self.pool.acquire().await?;
            from_postgres::copy(&mut connection, &file).await
        })
        .await
    }

    async fn restore(&self, from: &Path) -> StoreResult<()> {
        let mut unit = self.pool.begin_with("BEGIN READ WRITE").await?;
        into_postgres::copy(from, &mut unit).await?;
        Ok(unit.commit().await?)
    }

    async fn is_empty(&self) -> StoreResult<bool> {
        let mut reader = self.readers.take().await?;
        units::is_empty(&mut reader).await
    }

    /// Nothing: what a row was stays in its page, in the log and in archives of the log until
    /// PostgreSQL uses the place again. The key that sealed it can be retired and destroyed.
    async fn scrub(&self) -> StoreResult<()> {
        Ok(())
    }
}
