//! The log of events.

use server::domain::{
    connection::InvalidReason,
    event::{Change, Event, EventType, NewEvent, Subject},
    id::{ConnectionId, EventId, IntegrationId},
    integration::Integration,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, stored_integration},
    store::{Database, assert_refused, postgres_server, read, with_postgres, write},
};

stories!(
    events_come_back_in_their_order,
    each_project_counts_for_itself,
    an_event_goes_with_its_unit_of_work,
    a_reader_that_follows_misses_nothing,
    old_events_are_removed,
);

fn event(integration: &Integration, change: Change, second: i64) -> NewEvent {
    NewEvent {
        id: EventId(Uuid::now_v7()),
        subject: Subject {
            project: integration.project,
            connection: ConnectionId(Uuid::new_v4()),
            integration: integration.id,
            user_id: "Zoë".to_owned(),
        },
        change,
        happened_at: at(second),
    }
}

async fn add(database: &Database, event: NewEvent) {
    write!(database, events.add(event.subject.project, &[event])).expect("added");
}

fn positions(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.position).collect()
}

async fn events_come_back_in_their_order(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let refused = Change::NeedsReauth(InvalidReason::GrantRefused);
    let told = [event(&acme, Change::Created, 1), event(&acme, refused, 2)];
    write!(database, events.add(project.id, &told)).expect("added");
    add(&database, event(&acme, Change::Deleted, 0)).await;
    let all = read!(database, events.list(project.id, 0, 9));
    assert_eq!(positions(&all), [1, 2, 3]);
    let second = Event {
        id: told[1].id,
        project: project.id,
        position: 2,
        event_type: EventType::NeedsReauth,
        connection: told[1].subject.connection,
        integration_type: "acme".to_owned(),
        user_id: "Zoë".to_owned(),
        details: told[1].change.details(),
        happened_at: at(2),
    };
    assert_eq!(all[1], second);
    let page = read!(database, events.list(project.id, 1, 1));
    assert_eq!(page, [second]);
    assert_eq!(read!(database, events.list(project.id, 3, 9)), []);
}

async fn each_project_counts_for_itself(database: Database) {
    let (one, acme) = stored_integration(&database).await;
    let (other, theirs) = stored_integration(&database).await;
    add(&database, event(&acme, Change::Created, 1)).await;
    add(&database, event(&theirs, Change::Created, 1)).await;
    add(&database, event(&acme, Change::Deleted, 2)).await;
    let of = |project| positions_of(&database, project);
    assert_eq!(of(one.id).await, [1, 2]);
    assert_eq!(of(other.id).await, [1]);
    let nobody = NewEvent {
        subject: Subject {
            integration: IntegrationId(Uuid::now_v7()),
            ..event(&acme, Change::Created, 1).subject
        },
        ..event(&acme, Change::Created, 1)
    };
    assert_refused!(write!(database, events.add(one.id, &[nobody])), NotFound);
}

async fn positions_of(database: &Database, project: server::domain::id::ProjectId) -> Vec<i64> {
    positions(&read!(database, events.list(project, 0, 100)))
}

async fn an_event_goes_with_its_unit_of_work(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let mut unit = database.begin().await;
    let lost = [event(&acme, Change::Created, 1)];
    unit.events().add(project.id, &lost).await.expect("added");
    drop(unit);
    add(&database, event(&acme, Change::Deleted, 2)).await;
    // Its position is free again: the numbers have no gap that a reader could wonder about.
    let all = read!(database, events.list(project.id, 0, 9));
    assert_eq!(positions(&all), [1]);
    assert_eq!(all[0].event_type, EventType::Deleted);
}

const WRITERS: usize = 8;
const EACH: usize = 8;

/// Whatever writers do at the same moment, what appears is the next position and never an earlier one.
async fn a_reader_that_follows_misses_nothing(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (database, acme) = (database.clone(), acme.clone());
        writers.spawn(async move {
            for _ in 0..EACH {
                add(&database, event(&acme, Change::Created, 1)).await;
            }
        });
    }
    let mut seen = 0;
    while seen < i64::try_from(WRITERS * EACH).expect("a number") {
        for event in read!(database, events.list(project.id, seen, 3)) {
            assert_eq!(event.position, seen + 1);
            seen = event.position;
        }
    }
    writers.join_all().await;
}

async fn old_events_are_removed(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    assert_eq!(read!(database, events.first_time()), None);
    for second in [5, 1, 9] {
        add(&database, event(&acme, Change::Created, second)).await;
    }
    assert_eq!(read!(database, events.first_time()), Some(at(1)));
    let removed = write!(database, events.remove_before(at(9)));
    assert_eq!(removed.expect("removed"), 2);
    assert_eq!(positions_of(&database, project.id).await, [3]);
    add(&database, event(&acme, Change::Created, 10)).await;
    assert_eq!(positions_of(&database, project.id).await, [3, 4]);
}

/// Two units of work at once: the one that took its position first is seen first, or both at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_commits_late_is_not_overtaken() {
    let Some(server) = postgres_server("an_event_that_commits_late_is_not_overtaken") else {
        return;
    };
    with_postgres(&server, |database| async move {
        let (project, acme) = stored_integration(&database).await;
        let mut slow = database.begin().await;
        let first = [event(&acme, Change::Created, 1)];
        slow.events().add(project.id, &first).await.expect("added");
        let fast = tokio::spawn({
            let (database, acme) = (database.clone(), acme.clone());
            async move { add(&database, event(&acme, Change::Deleted, 2)).await }
        });
        // Until it waits for the slow one.
        let waiting = "SELECT count(*) FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while database.count(waiting.to_owned()).await == 0 {
            assert!(!fast.is_finished(), "it did not wait");
        }
        assert!(positions_of(&database, project.id).await.is_empty());
        slow.commit().await.expect("committed");
        fast.await.expect("added");
        assert_eq!(positions_of(&database, project.id).await, [1, 2]);
    })
    .await;
}
