//! Units of work and readers.

use server::{
    domain::id::ProjectId,
    ports::store::{StoreError, StoreResult},
};
use tokio::task::JoinSet;

use super::stories;
use crate::support::{
    rows::{at, stored_project},
    store::{Database, assert_refused, read},
};

stories!(
    five_units_that_read_then_write_all_succeed,
    a_unit_that_is_dropped_leaves_nothing,
    a_unit_sees_its_own_writes_and_nobody_else_does,
    a_reader_cannot_write,
    a_time_survives_to_the_microsecond,
    the_database_answers,
);

/// Counts the origins, then adds one named after the count.
async fn add_next(database: &Database, project: ProjectId) -> StoreResult<()> {
    let mut unit = database.store.begin().await?;
    unit.projects().touch(project).await?;
    let count = unit.origins().list(project).await?.len();
    tokio::task::yield_now().await;
    let origin = format!("https://{count}.example");
    unit.origins().add(project, &origin, at(0)).await?;
    unit.commit().await
}

async fn five_units_that_read_then_write_all_succeed(database: Database) {
    let project = stored_project(&database).await.id;
    let mut units = JoinSet::new();
    for _ in 0..5 {
        let database = database.clone();
        units.spawn(async move { add_next(&database, project).await });
    }
    for result in units.join_all().await {
        result.expect("every unit is committed");
    }
    let expected: Vec<_> = (0..5).map(|n| format!("https://{n}.example")).collect();
    assert_eq!(read!(database, origins.list(project)), expected);
}

async fn a_unit_that_is_dropped_leaves_nothing(database: Database) {
    let mut unit = database.begin().await;
    unit.settings().put("half", &[1]).await.expect("put");
    drop(unit);
    assert_eq!(read!(database, settings.lookup("half")), None);
    // The connection is clean again: the next unit is not part of the one that was dropped.
    let mut unit = database.begin().await;
    unit.settings().add("whole", &[2]).await.expect("added");
    unit.commit().await.expect("committed");
    assert_eq!(read!(database, settings.lookup("half")), None);
    assert_eq!(read!(database, settings.lookup("whole")), Some(vec![2]));
}

async fn a_unit_sees_its_own_writes_and_nobody_else_does(database: Database) {
    let mut unit = database.begin().await;
    unit.settings().add("new", &[1]).await.expect("added");
    let inside = unit.settings().lookup("new").await.expect("read");
    assert_eq!(inside, Some(vec![1]));
    assert_eq!(read!(database, settings.lookup("new")), None);
    unit.commit().await.expect("committed");
    assert_eq!(read!(database, settings.lookup("new")), Some(vec![1]));
}

async fn a_reader_cannot_write(database: Database) {
    let result = database.read().await.settings().put("new", &[1]).await;
    assert!(
        matches!(result, Err(StoreError::Unavailable(_))),
        "{result:?}"
    );
    assert_eq!(read!(database, settings.lookup("new")), None);
}

async fn a_time_survives_to_the_microsecond(database: Database) {
    let project = stored_project(&database).await;
    assert_eq!(project.created_at.subsec_microsecond(), 123_457);
    let stored = read!(database, projects.lookup(project.id)).expect("stored");
    assert_eq!(stored.created_at, project.created_at);
}

async fn the_database_answers(database: Database) {
    database.store.ping().await.expect("an answer");
    let mut unit = database.begin().await;
    unit.settings().put("busy", &[1]).await.expect("put");
    database
        .store
        .ping()
        .await
        .expect("an answer while somebody writes");
    drop(unit);
    assert_refused!(
        database.begin().await.settings().remove("busy").await,
        NotFound
    );
}
