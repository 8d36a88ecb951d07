//! Endpoints, and events on their way to them.

use server::{
    domain::{
        Timestamp,
        event::{Change, EventType, NewEvent, Subject},
        id::{ConnectionId, EndpointId, EventId, ProjectId},
        integration::Integration,
        secret::Sealed,
        webhook::{
            Attempt, Delivery, DeliveryState, Disabled, DisabledBy, Endpoint, Former, Outcome,
        },
    },
    ports::store::{Ended, Replay},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{self, at, stored_integration},
    store::{Database, assert_refused, read, write},
};

mod claims;
mod replay;

stories!(
    an_endpoint_comes_back_as_it_was_added,
    a_secret_is_replaced_and_the_one_before_is_forgotten,
    an_endpoint_fails_until_it_succeeds,
    an_event_is_on_its_way_to_whoever_wants_it,
    what_came_of_an_attempt_stays,
    a_disabled_endpoint_gets_nothing,
    what_is_removed_takes_its_deliveries_along,
);

fn endpoint(project: ProjectId, second: i64) -> Endpoint {
    Endpoint {
        id: EndpointId(Uuid::now_v7()),
        project,
        url: "https://app.example.com/webhooks?a=\"b\"".to_owned(),
        types: None,
        secret: Sealed(vec![1, 2]),
        former: None,
        disabled: None,
        failing_since: None,
        created_at: at(second),
        updated_at: at(second),
    }
}

fn event(integration: &Integration, change: Change, second: i64) -> NewEvent {
    NewEvent {
        id: EventId(Uuid::now_v7()),
        subject: Subject {
            project: integration.project,
            connection: ConnectionId(Uuid::new_v4()),
            integration: integration.id,
            user_id: "user".to_owned(),
        },
        change,
        happened_at: at(second),
    }
}

/// An endpoint for every type, stored with its project's integration.
async fn stored(database: &Database) -> (Endpoint, Integration) {
    let (project, acme) = stored_integration(database).await;
    let endpoint = endpoint(project.id, 1);
    write!(database, webhooks.add(&endpoint)).expect("added");
    (endpoint, acme)
}

/// Happened at `second`.
async fn happened(database: &Database, integration: &Integration, second: i64) -> EventId {
    let event = event(integration, Change::Created, second);
    let id = event.id;
    write!(database, events.add(integration.project, &[event])).expect("added");
    id
}

async fn claim(database: &Database, now: Timestamp, until: Timestamp) -> Vec<Attempt> {
    write!(database, webhooks.claim(now, until, 4, 9)).expect("a claim is no error")
}

async fn deliveries(database: &Database, endpoint: &Endpoint) -> Vec<Delivery> {
    read!(database, webhooks.deliveries(endpoint.id, None, 50))
}

fn answered(state: DeliveryState, due_at: Option<Timestamp>, second: i64) -> Ended {
    Ended {
        state,
        due_at,
        outcome: Outcome {
            at: at(second),
            status: Some(500),
            trouble: None,
            answer: Some("Zoë's server".to_owned()),
        },
    }
}

async fn an_endpoint_comes_back_as_it_was_added(database: Database) {
    let (project, _) = stored_integration(&database).await;
    let full = Endpoint {
        types: Some(vec![EventType::Created, EventType::Deleted]),
        former: Some(Former {
            secret: Sealed(vec![3]),
            until: at(9),
        }),
        disabled: Some(Disabled {
            at: at(4),
            by: DisabledBy::Gone,
        }),
        failing_since: Some(at(3)),
        ..endpoint(project.id, 2)
    };
    let bare = endpoint(project.id, 1);
    for endpoint in [&full, &bare] {
        write!(database, webhooks.add(endpoint)).expect("added");
    }
    assert_eq!(
        read!(database, webhooks.lookup(full.id)),
        Some(full.clone())
    );
    assert_eq!(read!(database, webhooks.list(project.id)), [bare, full]);
    let orphan = endpoint(rows::project().id, 1);
    assert_refused!(write!(database, webhooks.add(&orphan)), NotFound);
    assert_eq!(read!(database, webhooks.list(orphan.project)), []);
}

async fn a_secret_is_replaced_and_the_one_before_is_forgotten(database: Database) {
    let (known, _) = stored(&database).await;
    let former = Former {
        secret: Sealed(vec![1, 2]),
        until: at(100),
    };
    let secret = Sealed(vec![9]);
    write!(
        database,
        webhooks.replace_secret(known.id, &secret, &former, at(5))
    )
    .expect("done");
    let replaced = Endpoint {
        secret,
        former: Some(former),
        updated_at: at(5),
        ..known.clone()
    };
    let found = read!(database, webhooks.lookup(known.id));
    assert_eq!(found.as_ref(), Some(&replaced));
    assert_eq!(read!(database, webhooks.first_former_end()), Some(at(100)));
    let removed = write!(database, webhooks.remove_former(at(100)));
    assert_eq!(removed.expect("none"), 0);
    let removed = write!(database, webhooks.remove_former(at(101)));
    assert_eq!(removed.expect("one"), 1);
    assert_eq!(read!(database, webhooks.first_former_end()), None);
    let found = read!(database, webhooks.lookup(known.id));
    let expected = Endpoint {
        former: None,
        ..replaced
    };
    assert_eq!(found, Some(expected));
}

async fn an_endpoint_fails_until_it_succeeds(database: Database) {
    let (known, _) = stored(&database).await;
    for second in [5, 9] {
        let since = write!(database, webhooks.note_failure(known.id, at(second)));
        assert_eq!(since.expect("noted"), at(5));
    }
    write!(database, webhooks.note_success(known.id)).expect("noted");
    let found = read!(database, webhooks.lookup(known.id));
    assert_eq!(found.expect("there").failing_since, None);
    let since = write!(database, webhooks.note_failure(known.id, at(20)));
    assert_eq!(since.expect("noted"), at(20));
    let nobody = EndpointId(Uuid::now_v7());
    assert_refused!(
        write!(database, webhooks.note_failure(nobody, at(1))),
        NotFound
    );
}

async fn an_event_is_on_its_way_to_whoever_wants_it(database: Database) {
    let (all, acme) = stored(&database).await;
    let some = Endpoint {
        types: Some(vec![EventType::NeedsReauth, EventType::Deleted]),
        ..endpoint(acme.project, 2)
    };
    let off = Endpoint {
        disabled: Some(Disabled {
            at: at(2),
            by: DisabledBy::Operator,
        }),
        ..endpoint(acme.project, 3)
    };
    let (_, theirs) = stored_integration(&database).await;
    let elsewhere = endpoint(theirs.project, 1);
    for endpoint in [&some, &off, &elsewhere] {
        write!(database, webhooks.add(endpoint)).expect("added");
    }
    let told = [
        event(&acme, Change::Created, 5),
        event(&acme, Change::Deleted, 5),
    ];
    write!(database, events.add(acme.project, &told)).expect("added");
    let of = async |endpoint: &Endpoint| {
        let all = deliveries(&database, endpoint).await.into_iter();
        all.map(|delivery| delivery.event_type).collect::<Vec<_>>()
    };
    assert_eq!(of(&all).await, [EventType::Deleted, EventType::Created]);
    assert_eq!(of(&some).await, [EventType::Deleted]);
    assert_eq!(of(&off).await, []);
    assert_eq!(of(&elsewhere).await, []);
    let expected = Delivery {
        event: told[1].id,
        event_type: EventType::Deleted,
        happened_at: at(5),
        state: DeliveryState::Waiting,
        attempts: 0,
        due_at: Some(at(5)),
        outcome: None,
    };
    assert_eq!(deliveries(&database, &some).await, [expected]);
    let page = read!(database, webhooks.deliveries(all.id, Some(told[1].id), 50));
    assert_eq!(page.len(), 1);
    assert_eq!(page[0].event, told[0].id);
    assert_eq!(read!(database, webhooks.first_due()), Some(at(5)));
}

async fn what_came_of_an_attempt_stays(database: Database) {
    let (known, acme) = stored(&database).await;
    happened(&database, &acme, 5).await;
    let attempts = claim(&database, at(5), at(35)).await;
    let again = answered(DeliveryState::Waiting, Some(at(40)), 6);
    write!(database, webhooks.end(&attempts[0], &again)).expect("ended");
    let found = deliveries(&database, &known).await;
    assert_eq!(found[0].state, DeliveryState::Waiting);
    assert_eq!(found[0].due_at, Some(at(40)));
    assert_eq!(found[0].outcome, Some(again.outcome));
    let attempts = claim(&database, at(40), at(70)).await;
    assert_eq!(attempts[0].number, 2);
    let done = answered(DeliveryState::Delivered, None, 41);
    write!(database, webhooks.end(&attempts[0], &done)).expect("ended");
    let found = deliveries(&database, &known).await;
    assert_eq!(found[0].state, DeliveryState::Delivered);
    assert_eq!((found[0].attempts, found[0].due_at), (2, None));
    assert_eq!(read!(database, webhooks.first_due()), None);
    assert_refused!(write!(database, webhooks.end(&attempts[0], &done)), Stale);
}

async fn a_disabled_endpoint_gets_nothing(database: Database) {
    let (known, acme) = stored(&database).await;
    happened(&database, &acme, 5).await;
    happened(&database, &acme, 6).await;
    let attempts = claim(&database, at(5), at(35)).await;
    write!(
        database,
        webhooks.disable(known.id, DisabledBy::Gone, at(7))
    )
    .expect("disabled");
    write!(
        database,
        webhooks.disable(known.id, DisabledBy::Operator, at(9))
    )
    .expect("so it is");
    let found = read!(database, webhooks.lookup(known.id)).expect("there");
    let expected = Disabled {
        at: at(7),
        by: DisabledBy::Gone,
    };
    assert_eq!(found.disabled, Some(expected));
    let all = deliveries(&database, &known).await;
    assert!(all.iter().all(|known| known.state == DeliveryState::Failed));
    assert_eq!(read!(database, webhooks.first_due()), None);
    let late = answered(DeliveryState::Delivered, None, 8);
    assert_refused!(write!(database, webhooks.end(&attempts[0], &late)), Stale);
    happened(&database, &acme, 10).await;
    assert_eq!(deliveries(&database, &known).await.len(), 2);
    write!(database, webhooks.enable(known.id, at(11))).expect("enabled");
    happened(&database, &acme, 12).await;
    assert_eq!(deliveries(&database, &known).await.len(), 3);
    let found = read!(database, webhooks.lookup(known.id)).expect("there");
    assert_eq!((found.disabled, found.updated_at), (None, at(11)));
}

async fn what_is_removed_takes_its_deliveries_along(database: Database) {
    let (known, acme) = stored(&database).await;
    happened(&database, &acme, 5).await;
    happened(&database, &acme, 9).await;
    write!(database, events.remove_before(at(9))).expect("removed");
    assert_eq!(deliveries(&database, &known).await.len(), 1);
    write!(database, webhooks.remove(known.id)).expect("removed");
    let left = "SELECT count(*) FROM webhook_deliveries";
    assert_eq!(database.count(left.to_owned()).await, 0);
    assert_refused!(write!(database, webhooks.remove(known.id)), NotFound);
}
