//! Connections that ended, and orders for many of them.

use server::domain::{
    Timestamp,
    connection::Connection,
    id::{ConnectionId, OrderId},
    integration::Integration,
    project::Project,
    revocation::{Order, Outcome, Progress, Revocation, TokenOutcome},
    secret::Sealed,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, connection, integration, stored_connection, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_connection_becomes_a_revocation,
    an_attempt_that_was_lost_is_made_again,
    one_of_many_claimants_makes_the_attempt,
    a_late_attempt_changes_nothing,
    the_credential_goes_when_it_is_over,
    a_credential_that_was_renewed_meanwhile_is_revoked_too,
    an_order_means_what_there_was,
    an_order_is_carried_out_by_parts,
    an_order_may_mean_less_than_a_project,
    ended_revocations_are_removed,
);

const DONE: Outcome = Outcome {
    refresh_token: Some(TokenOutcome::Revoked),
    access_token: None,
};

async fn begun(database: &Database) -> (Connection, Revocation) {
    let stored = stored_connection(database).await;
    let revocation = write!(database, revocations.begin(stored.id, at(10), at(70)));
    (stored, revocation.expect("begun"))
}

async fn claim(database: &Database, now: Timestamp, until: Timestamp) -> Vec<Revocation> {
    write!(database, revocations.claim(now, until, 9)).expect("a claim is no error")
}

async fn a_connection_becomes_a_revocation(database: Database) {
    let (stored, revocation) = begun(&database).await;
    let expected = Revocation {
        id: stored.id,
        project: stored.project,
        integration: stored.integration,
        user_id: stored.user_id,
        order: None,
        method: stored.method,
        metadata: stored.metadata,
        credential: Some(stored.credential),
        outcome: None,
        attempts: 1,
        due_at: Some(at(70)),
        created_at: at(10),
        ended_at: None,
    };
    assert_eq!(revocation, expected);
    let found = read!(database, revocations.lookup(stored.id));
    assert_eq!(found, Some(expected));
    assert_eq!(read!(database, connections.lookup(stored.id)), None);
    assert_refused!(
        write!(database, revocations.begin(stored.id, at(11), at(71))),
        NotFound
    );
}

async fn an_attempt_that_was_lost_is_made_again(database: Database) {
    let (_, revocation) = begun(&database).await;
    assert_eq!(read!(database, revocations.first_due()), Some(at(70)));
    assert_eq!(claim(&database, at(69), at(129)).await, []);
    let due = claim(&database, at(70), at(130)).await;
    let [again] = &due[..] else {
        panic!("one is due");
    };
    assert_eq!((again.id, again.attempts), (revocation.id, 2));
    assert_eq!(again.due_at, Some(at(130)));
}

async fn one_of_many_claimants_makes_the_attempt(database: Database) {
    begun(&database).await;
    let mut claims = JoinSet::new();
    for _ in 0..10 {
        let database = database.clone();
        claims.spawn(async move { claim(&database, at(70), at(130)).await.len() });
    }
    assert_eq!(claims.join_all().await.into_iter().sum::<usize>(), 1);
}

async fn a_late_attempt_changes_nothing(database: Database) {
    let (_, late) = begun(&database).await;
    let due = claim(&database, at(70), at(130)).await;
    let [again] = &due[..] else {
        panic!("one is due");
    };
    for result in [
        write!(database, revocations.end(late.id, 1, &DONE, at(71))),
        write!(database, revocations.put_off(late.id, 1, &DONE, at(71))),
    ] {
        assert_refused!(result, Stale);
    }
    let found = read!(database, revocations.lookup(late.id));
    assert_eq!(found.as_ref(), Some(again));
    write!(database, revocations.put_off(late.id, 2, &DONE, at(500))).expect("put off");
    assert_eq!(read!(database, revocations.first_due()), Some(at(500)));
}

async fn the_credential_goes_when_it_is_over(database: Database) {
    let (_, revocation) = begun(&database).await;
    write!(database, revocations.end(revocation.id, 1, &DONE, at(12))).expect("ended");
    let expected = Revocation {
        credential: None,
        outcome: Some(DONE),
        due_at: None,
        ended_at: Some(at(12)),
        ..revocation.clone()
    };
    let found = read!(database, revocations.lookup(revocation.id));
    assert_eq!(found, Some(expected));
    assert_eq!(read!(database, revocations.first_due()), None);
    assert_refused!(
        write!(database, revocations.end(revocation.id, 1, &DONE, at(13))),
        Stale
    );
}

async fn a_credential_that_was_renewed_meanwhile_is_revoked_too(database: Database) {
    let (_, revocation) = begun(&database).await;
    write!(database, revocations.end(revocation.id, 1, &DONE, at(12))).expect("ended");
    let newer = Sealed(vec![8; 50]);
    let found = write!(database, revocations.renew(revocation.id, &newer, at(20)));
    assert!(found.expect("no error"));
    let due = claim(&database, at(20), at(80)).await;
    let [again] = &due[..] else {
        panic!("it is due");
    };
    assert_eq!(
        (again.attempts, again.credential.as_ref()),
        (1, Some(&newer))
    );
    assert_eq!((again.outcome, again.ended_at), (None, None));
    let unknown = ConnectionId(Uuid::now_v7());
    let found = write!(database, revocations.renew(unknown, &newer, at(20)));
    assert!(!found.expect("no error"));
}

fn order(project: &Project, created_at: Timestamp) -> Order {
    Order {
        id: OrderId(Uuid::now_v7()),
        project: project.id,
        integration: None,
        user_id: None,
        created_at,
        due_at: Some(created_at),
    }
}

async fn stored(database: &Database, integration: &Integration, user: &str) -> ConnectionId {
    let connection = connection(integration, user);
    write!(database, connections.add(&connection)).expect("added");
    connection.id
}

async fn an_order_means_what_there_was(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let before = stored(&database, &acme, "before").await;
    let mut after = connection(&acme, "after");
    after.created_at = at(21);
    write!(database, connections.add(&after)).expect("added");
    let order = order(&project, at(20));
    write!(database, revocations.add_order(&order)).expect("given");
    assert_eq!(
        read!(database, revocations.open_orders(at(20))),
        std::slice::from_ref(&order)
    );
    assert_eq!(read!(database, revocations.first_due()), Some(at(20)));
    assert_eq!(read!(database, revocations.count(&order)), 1);
    let ended = write!(database, revocations.carry_out(&order, 9, at(22)));
    assert_eq!(ended.expect("ended").len(), 1);
    assert_eq!(read!(database, connections.lookup(before)), None);
    assert_eq!(read!(database, connections.lookup(after.id)), Some(after));
}

async fn an_order_is_carried_out_by_parts(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    for user in ["a", "b", "c"] {
        stored(&database, &acme, user).await;
    }
    let order = order(&project, at(20));
    write!(database, revocations.add_order(&order)).expect("given");
    for expected in [2, 1, 0] {
        let ended = write!(database, revocations.carry_out(&order, 2, at(21)));
        assert_eq!(ended.expect("ended").len(), expected);
    }
    write!(database, revocations.close_order(order.id)).expect("closed");
    assert_eq!(read!(database, revocations.open_orders(at(99))), []);

    let outcomes = [Some(TokenOutcome::Revoked), Some(TokenOutcome::Failed)];
    let due = claim(&database, at(21), at(81)).await;
    assert!(due.iter().all(|due| due.order == Some(order.id)));
    for (due, refresh_token) in due.iter().zip(outcomes) {
        let outcome = Outcome {
            refresh_token,
            access_token: None,
        };
        write!(database, revocations.end(due.id, 1, &outcome, at(30))).expect("ended");
    }
    let expected = Progress {
        revoked: 1,
        not_supported: 0,
        failed: 1,
        waiting: 1,
    };
    assert_eq!(read!(database, revocations.progress(order.id)), expected);
}

async fn an_order_may_mean_less_than_a_project(database: Database) {
    let (project, acme) = stored_integration(&database).await;
    let other = integration(&project, "other");
    write!(database, integrations.add(&other)).expect("added");
    for integration in [&acme, &other] {
        for user in ["ada", "bob"] {
            stored(&database, integration, user).await;
        }
    }
    let count = |integration: Option<&Integration>, user: Option<&str>| {
        let order = Order {
            integration: integration.map(|integration| integration.id),
            user_id: user.map(str::to_owned),
            ..order(&project, at(20))
        };
        let database = database.clone();
        async move { read!(database, revocations.count(&order)) }
    };
    assert_eq!(count(None, None).await, 4);
    assert_eq!(count(Some(&other), None).await, 2);
    assert_eq!(count(None, Some("ada")).await, 2);
    assert_eq!(count(Some(&acme), Some("bob")).await, 1);
    assert_eq!(count(Some(&acme), Some("Bob")).await, 0);
}

async fn ended_revocations_are_removed(database: Database) {
    let (_, revocation) = begun(&database).await;
    let remove = |before| {
        let database = database.clone();
        async move { write!(database, revocations.remove_ended(before)).expect("removed") }
    };
    assert_eq!(remove(at(1_000_000)).await, 0, "it is not over");
    assert_eq!(read!(database, revocations.first_end()), None);
    write!(database, revocations.end(revocation.id, 1, &DONE, at(12))).expect("ended");
    assert_eq!(read!(database, revocations.first_end()), Some(at(12)));
    assert_eq!(remove(at(12)).await, 0);
    assert_eq!(remove(at(13)).await, 1);
}
