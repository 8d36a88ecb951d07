//! Sending events again.

use super::*;
use crate::support::store::write;

stories!(
    an_event_is_sent_again,
    what_did_not_arrive_is_sent_again,
    what_is_under_way_goes_on,
);

async fn replay(database: &Database, endpoint: &Endpoint, which: Replay, second: i64) -> u64 {
    write!(database, webhooks.replay(endpoint, which, at(second))).expect("no error")
}

async fn finish(database: &Database, state: DeliveryState, now: i64) {
    for attempt in claim(database, at(now), at(now + 30)).await {
        write!(
            database,
            webhooks.end(&attempt, &answered(state, None, now))
        )
        .expect("ended");
    }
}

async fn an_event_is_sent_again(database: Database) {
    let (known, acme) = stored(&database).await;
    let id = happened(&database, &acme, 5).await;
    finish(&database, DeliveryState::Delivered, 5).await;
    assert_eq!(replay(&database, &known, Replay::One(id), 9).await, 1);
    let found = deliveries(&database, &known).await;
    assert_eq!(found[0].state, DeliveryState::Waiting);
    assert_eq!((found[0].attempts, found[0].due_at), (0, Some(at(9))));
    let unknown = Replay::One(EventId(Uuid::now_v7()));
    assert_eq!(replay(&database, &known, unknown, 9).await, 0);
    let (_, theirs) = stored_integration(&database).await;
    let elsewhere = Replay::One(happened(&database, &theirs, 5).await);
    assert_eq!(replay(&database, &known, elsewhere, 9).await, 0);
}

async fn what_did_not_arrive_is_sent_again(database: Database) {
    let (known, acme) = stored(&database).await;
    let early = happened(&database, &acme, 5).await;
    let failed = happened(&database, &acme, 6).await;
    finish(&database, DeliveryState::Failed, 6).await;
    let arrived = happened(&database, &acme, 7).await;
    finish(&database, DeliveryState::Delivered, 7).await;
    write!(
        database,
        webhooks.disable(known.id, DisabledBy::Operator, at(8))
    )
    .expect("disabled");
    let missed = happened(&database, &acme, 9).await;
    write!(database, webhooks.enable(known.id, at(10))).expect("enabled");
    assert_eq!(replay(&database, &known, Replay::Since(at(6)), 11).await, 2);
    let all = deliveries(&database, &known).await;
    let state = |event| {
        let found = all.iter().find(|delivery| delivery.event == event);
        found.expect("a delivery").state
    };
    assert_eq!(state(early), DeliveryState::Failed);
    assert_eq!(state(failed), DeliveryState::Waiting);
    assert_eq!(state(arrived), DeliveryState::Delivered);
    assert_eq!(state(missed), DeliveryState::Waiting);
    let some = Endpoint {
        types: Some(vec![EventType::Deleted]),
        ..known
    };
    assert_eq!(replay(&database, &some, Replay::Since(at(0)), 12).await, 0);
}

async fn what_is_under_way_goes_on(database: Database) {
    let (known, acme) = stored(&database).await;
    let id = happened(&database, &acme, 5).await;
    let attempts = claim(&database, at(5), at(35)).await;
    assert_eq!(replay(&database, &known, Replay::One(id), 6).await, 0);
    let done = answered(DeliveryState::Delivered, None, 7);
    write!(database, webhooks.end(&attempts[0], &done)).expect("ended");
}
