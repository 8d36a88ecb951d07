//! Databases for tests: a fresh one each, on either engine.

use std::{future::Future, io::Write as _, sync::Arc};

use server::ports::store::{Repositories, Store, UnitOfWork};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

/// Where a PostgreSQL server for tests is. Each test makes a database of its own there, and drops it.
const POSTGRES: &str = "PATCHBAY_TEST_POSTGRES_URL";

#[derive(Clone)]
pub struct Database {
    pub url: String,
    pub store: Arc<dyn Store>,
    _folder: Option<Arc<TempDir>>,
}

impl Database {
    /// One that is there.
    pub async fn at(url: &str) -> Self {
        Self {
            store: server::store::connect(url).await.expect("the store opens"),
            url: url.to_owned(),
            _folder: None,
        }
    }

    pub async fn read(&self) -> Box<dyn Repositories> {
        self.store.read().await.expect("a reader")
    }

    pub async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.store.begin().await.expect("a unit of work")
    }

    /// Asks for a number behind the store's back.
    pub async fn count(&self, sql: String) -> i64 {
        let sql = AssertSqlSafe(sql);
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("SQLite");
            let counted = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
            counted.expect("a number")
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("PostgreSQL");
            let counted = sqlx::query_scalar(sql).fetch_one(&mut connection).await;
            counted.expect("a number")
        }
    }

    /// Runs SQL behind the store's back.
    pub async fn execute(&self, sql: &'static str) {
        if self.url.starts_with("sqlite:") {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("SQLite");
            sqlx::raw_sql(sql)
                .execute(&mut connection)
                .await
                .expect(sql);
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("PostgreSQL");
            sqlx::raw_sql(sql)
                .execute(&mut connection)
                .await
                .expect(sql);
        }
    }
}

/// A migrated SQLite file in a folder that goes with the last handle.
pub async fn sqlite() -> Database {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite://{}/test.db", folder.path().display());
    Database {
        store: server::store::connect(&url).await.expect("the store opens"),
        url,
        _folder: Some(Arc::new(folder)),
    }
}

/// The URL of the tests' PostgreSQL server. Without one, says aloud that `what` is skipped.
#[allow(clippy::disallowed_methods, reason = "a test has no configuration")]
pub fn postgres_server(what: &str) -> Option<String> {
    let url = std::env::var(POSTGRES).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        // Not `eprintln`, which a passing test swallows.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no PostgreSQL for {what} (set {POSTGRES})"
        );
    }
    url
}

/// Runs `story` on an empty PostgreSQL database, and drops the database whatever happens.
pub async fn with_empty_postgres<F>(server: &str, story: impl FnOnce(String) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let name = format!("patchbay_test_{}", Uuid::new_v4().simple());
    let mut url = Url::parse(server).expect("a URL");
    url.set_path(&name);
    administer(server, format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    let outcome = tokio::spawn(story(url.into())).await;
    administer(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure.into_panic());
    }
}

/// Runs `story` on a migrated PostgreSQL database.
pub async fn with_postgres<F>(server: &str, story: impl FnOnce(Database) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    with_empty_postgres(server, |url| async move {
        let store = server::store::connect(&url).await.expect("the store opens");
        story(Database {
            url,
            store,
            _folder: None,
        })
        .await;
    })
    .await;
}

async fn administer(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.expect("PostgreSQL");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .expect("the database is made or dropped");
}

/// One call of one repository in a unit of work of its own, committed when the call succeeded.
macro_rules! write {
    ($database:expr, $repository:ident.$method:ident($($argument:expr),* $(,)?)) => {{
        let mut unit = $database.begin().await;
        let result = unit.$repository().$method($($argument),*).await;
        if result.is_ok() {
            unit.commit().await.expect("committed");
        }
        result
    }};
}

/// One call of one repository on a reader; it must succeed.
macro_rules! read {
    ($database:expr, $repository:ident.$method:ident($($argument:expr),* $(,)?)) => {
        $database.read().await.$repository().$method($($argument),*).await.expect("read")
    };
}

/// The call was refused, and in this way.
macro_rules! assert_refused {
    ($result:expr, $error:ident) => {{
        let result = $result;
        assert!(
            matches!(result, Err(server::ports::store::StoreError::$error)),
            "expected {}, got {result:?}",
            stringify!($error)
        );
    }};
}

pub(crate) use {assert_refused, read, write};
