//! Opening a database: made, migrated, and closed to strangers.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use server::{
    ports::store::{Store, StoreError},
    store::connect,
};
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::support::store::{self, assert_refused, postgres_server, with_empty_postgres};

/// Ten processes' worth of starts at one time.
async fn start_ten(url: String) {
    let mut starts = JoinSet::new();
    for _ in 0..10 {
        let url = url.clone();
        starts.spawn(async move { connect(&url).await });
    }
    for store in starts.join_all().await {
        let store: Arc<dyn Store> = store.expect("every start succeeds");
        let mut reader = store.read().await.expect("a reader");
        assert_eq!(reader.operators().count().await.expect("migrated"), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_starts_on_sqlite_all_succeed() {
    let folder = TempDir::new().expect("a folder");
    start_ten(format!("sqlite://{}/new.db", folder.path().display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_starts_on_postgres_all_succeed() {
    if let Some(server) = postgres_server("concurrent starts") {
        with_empty_postgres(&server, start_ten).await;
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_sqlite_file_is_readable_by_its_owner_only() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("deep/data");
    let file = data.join("patchbay.db");
    let store = connect(&format!("sqlite://{}", file.display()))
        .await
        .expect("the store opens");
    let mut unit = store.begin().await.expect("a unit of work");
    unit.settings().put("any", &[1]).await.expect("put");
    unit.commit().await.expect("committed");
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&data.join("patchbay.db-wal")), 0o600);
}

#[tokio::test]
async fn a_sqlite_file_keeps_its_rows_from_one_start_to_the_next() {
    let first = store::sqlite().await;
    let mut unit = first.begin().await;
    unit.settings().add("kept", &[1]).await.expect("added");
    unit.commit().await.expect("committed");
    let second = connect(&first.url).await.expect("the store opens again");
    let mut unit = second.begin().await.expect("a unit of work");
    assert_refused!(unit.settings().add("kept", &[2]).await, Conflict);
}

/// Another process holds the file: nothing is half-written, and the caller learns it in five seconds.
#[tokio::test]
async fn a_locked_sqlite_file_is_unavailable() {
    let database = store::sqlite().await;
    let mut other = SqliteConnection::connect(&database.url)
        .await
        .expect("SQLite");
    let lock = other.begin_with("BEGIN IMMEDIATE").await.expect("locked");
    let result = database.store.begin().await;
    assert!(matches!(result, Err(StoreError::Unavailable(_))));
    lock.rollback().await.expect("unlocked");
    let mut unit = database.begin().await;
    unit.settings().put("after", &[1]).await.expect("put");
    unit.commit().await.expect("committed");
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_without_repeating_it() {
    for url in [
        "mysql://user:hunter2@localhost/db",
        "sqlite::memory:",
        "sqlite:///dev/null/hunter2.db",
        "postgres://user:hunter2@[::1/db",
        "hunter2",
        "",
    ] {
        let Err(StoreError::Unavailable(reason)) = connect(url).await else {
            panic!("{url} was taken");
        };
        assert!(
            !format!("{reason} {reason:?}").contains("hunter2"),
            "{reason}"
        );
    }
}

fn migrations(engine: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../migrations")
        .join(engine);
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("the migrations")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = migrations("sqlite");
    assert!(!names.is_empty());
    assert_eq!(names, migrations("postgres"));
}
