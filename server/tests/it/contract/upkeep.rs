//! Connections that are due, and providers that asked for rest.

use server::{
    domain::{
        Timestamp,
        connection::Connection,
        id::{ConnectionId, IntegrationId},
        integration::Integration,
    },
    ports::store::Pause,
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, connection, integration, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    the_longest_due_come_first,
    nobody_waits_for_anothers_thousands,
    what_needs_nothing_is_never_due,
    a_due_time_is_moved_once,
    a_pause_grows_and_never_shrinks,
    a_pause_ends_by_itself,
    a_pause_of_a_clock_that_was_wrong_holds_nobody_up,
    a_pause_goes_with_its_integration,
);

async fn stored(
    database: &Database,
    integration: &Integration,
    due: Option<Timestamp>,
) -> Connection {
    let mut connection = connection(integration, "user");
    connection.refresh_due_at = due;
    write!(database, connections.add(&connection)).expect("added");
    connection
}

async fn due(database: &Database, now: Timestamp, each: u32, most: u32) -> Vec<ConnectionId> {
    let due = read!(database, upkeep.due(now, each, most));
    due.iter().map(|connection| connection.id).collect()
}

async fn the_longest_due_come_first(database: Database) {
    let (_, acme) = stored_integration(&database).await;
    assert_eq!(read!(database, upkeep.first_due()), None);
    let second = stored(&database, &acme, Some(at(20))).await;
    let first = stored(&database, &acme, Some(at(10))).await;
    let last = stored(&database, &acme, Some(at(30))).await;
    assert_eq!(due(&database, at(9), 9, 9).await, []);
    assert_eq!(due(&database, at(29), 9, 9).await, [first.id, second.id]);
    assert_eq!(due(&database, at(30), 2, 9).await, [first.id, second.id]);
    let all = [first.id, second.id, last.id];
    assert_eq!(due(&database, at(30), 9, 9).await, all);
    assert_eq!(read!(database, upkeep.first_due()), Some(at(10)));
    let rows = read!(database, upkeep.due(at(10), 9, 9));
    assert_eq!(rows, [first], "the whole row");
}

async fn nobody_waits_for_anothers_thousands(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let other = integration(&project, "other");
    write!(database, integrations.add(&other)).expect("added");
    for second in 0..5 {
        stored(&database, &acme, Some(at(second))).await;
    }
    let late = stored(&database, &other, Some(at(100))).await;
    let chosen = due(&database, at(100), 9, 2).await;
    assert_eq!(chosen.len(), 2);
    assert!(chosen.contains(&late.id));
}

async fn what_needs_nothing_is_never_due(database: Database) {
    let (_, acme) = stored_integration(&database).await;
    stored(&database, &acme, None).await;
    assert_eq!(due(&database, at(1_000_000_000), 9, 9).await, []);
    assert_eq!(read!(database, upkeep.first_due()), None);
}

async fn a_due_time_is_moved_once(database: Database) {
    let (_, acme) = stored_integration(&database).await;
    let id = stored(&database, &acme, Some(at(10))).await.id;
    write!(database, upkeep.put_off(id, at(10), Some(at(50)))).expect("moved");
    assert_eq!(read!(database, upkeep.first_due()), Some(at(50)));
    // By somebody who saw it before that.
    write!(database, upkeep.put_off(id, at(10), Some(at(99)))).expect("no error");
    assert_eq!(read!(database, upkeep.first_due()), Some(at(50)));
    write!(database, upkeep.put_off(id, at(50), None)).expect("moved");
    assert_eq!(read!(database, upkeep.first_due()), None);
}

async fn with_pause(database: &Database, ends_at: Timestamp) -> Pause {
    let (_, acme) = stored_integration(database).await;
    let pause = Pause {
        integration: acme.id,
        host: "acme.example".to_owned(),
        ends_at,
    };
    write!(database, upkeep.pause(&pause, at(0))).expect("noted");
    pause
}

async fn a_pause_grows_and_never_shrinks(database: Database) {
    let mut pause = with_pause(&database, at(60)).await;
    for (asked, expected) in [(at(30), at(60)), (at(90), at(90))] {
        pause.ends_at = asked;
        write!(database, upkeep.pause(&pause, at(0))).expect("noted");
        let pauses = read!(database, upkeep.pauses(at(0)));
        let ends: Vec<_> = pauses.iter().map(|pause| pause.ends_at).collect();
        assert_eq!(ends, [expected]);
    }
}

async fn a_pause_ends_by_itself(database: Database) {
    let pause = with_pause(&database, at(60)).await;
    let of = |host: &'static str, now| {
        let (database, integration) = (database.clone(), pause.integration);
        async move { read!(database, upkeep.pause_of(integration, host, now)) }
    };
    assert_eq!(of("acme.example", at(59)).await, Some(at(60)));
    assert_eq!(of("other.example", at(59)).await, None);
    assert_eq!(of("acme.example", at(60)).await, None);
    assert_eq!(read!(database, upkeep.pauses(at(59))), [pause]);
    assert_eq!(read!(database, upkeep.pauses(at(60))), []);
    assert_eq!(read!(database, upkeep.first_pause_end()), Some(at(60)));
    let removed = |before| {
        let database = database.clone();
        async move { write!(database, upkeep.remove_pauses(before)).expect("removed") }
    };
    assert_eq!(removed(at(60)).await, 0);
    assert_eq!(removed(at(61)).await, 1);
    assert_eq!(read!(database, upkeep.first_pause_end()), None);
}

async fn a_pause_of_a_clock_that_was_wrong_holds_nobody_up(database: Database) {
    let last = at(3_721);
    let mut pause = with_pause(&database, last).await;
    let ends = |now| {
        let (database, integration) = (database.clone(), pause.integration);
        async move {
            let all = read!(database, upkeep.pauses(now));
            let one = read!(database, upkeep.pause_of(integration, "acme.example", now));
            assert_eq!(all.first().map(|pause| pause.ends_at), one);
            one
        }
    };
    assert_eq!(ends(at(121)).await, Some(last), "an hour");
    assert_eq!(ends(at(60)).await, None, "none is that long");
    pause.ends_at = at(90);
    write!(database, upkeep.pause(&pause, at(50))).expect("noted");
    assert_eq!(ends(at(50)).await, Some(at(90)));
}

async fn a_pause_goes_with_its_integration(database: Database) {
    let orphan = Pause {
        integration: IntegrationId(Uuid::now_v7()),
        host: "acme.example".to_owned(),
        ends_at: at(60),
    };
    assert_refused!(write!(database, upkeep.pause(&orphan, at(0))), NotFound);
    with_pause(&database, at(60)).await;
    database.execute("DELETE FROM integrations").await;
    assert_eq!(read!(database, upkeep.pauses(at(0))), []);
}
