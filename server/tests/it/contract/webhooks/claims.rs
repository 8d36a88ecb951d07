//! Who makes which attempt.

use std::collections::BTreeSet;

use super::*;
use crate::support::store::write;

stories!(
    one_of_many_claimants_makes_the_attempt,
    an_attempt_that_was_lost_is_made_again,
    few_attempts_of_one_endpoint_are_under_way,
    one_endpoint_does_not_keep_others_waiting,
);

async fn one_of_many_claimants_makes_the_attempt(database: Database) {
    let (_, acme) = stored(&database).await;
    let mut expected = BTreeSet::new();
    for _ in 0..4 {
        expected.insert(happened(&database, &acme, 5).await);
    }
    let mut claims = JoinSet::new();
    for _ in 0..10 {
        let database = database.clone();
        claims.spawn(async move { claim(&database, at(5), at(35)).await });
    }
    let all: Vec<Attempt> = claims.join_all().await.into_iter().flatten().collect();
    assert_eq!(all.len(), 4);
    let events: BTreeSet<EventId> = all.iter().map(|attempt| attempt.event).collect();
    assert_eq!(events, expected);
}

async fn an_attempt_that_was_lost_is_made_again(database: Database) {
    let (_, acme) = stored(&database).await;
    happened(&database, &acme, 5).await;
    let lost = claim(&database, at(5), at(35)).await;
    assert_eq!(read!(database, webhooks.first_due()), Some(at(35)));
    assert_eq!(claim(&database, at(34), at(64)).await, []);
    let again = claim(&database, at(35), at(65)).await;
    assert_eq!((again[0].event, again[0].number), (lost[0].event, 2));
    let late = answered(DeliveryState::Delivered, None, 36);
    assert_refused!(write!(database, webhooks.end(&lost[0], &late)), Stale);
    write!(database, webhooks.end(&again[0], &late)).expect("ended");
}

async fn few_attempts_of_one_endpoint_are_under_way(database: Database) {
    let (_, acme) = stored(&database).await;
    for _ in 0..6 {
        happened(&database, &acme, 5).await;
    }
    let first = claim(&database, at(5), at(35)).await;
    assert_eq!(first.len(), 4);
    assert_eq!(claim(&database, at(6), at(36)).await, []);
    let done = answered(DeliveryState::Delivered, None, 6);
    write!(database, webhooks.end(&first[0], &done)).expect("ended");
    assert_eq!(claim(&database, at(7), at(37)).await.len(), 1);
}

async fn one_endpoint_does_not_keep_others_waiting(database: Database) {
    let (busy, acme) = stored(&database).await;
    for _ in 0..20 {
        happened(&database, &acme, 5).await;
    }
    let late = endpoint(acme.project, 6);
    write!(database, webhooks.add(&late)).expect("added");
    happened(&database, &acme, 7).await;
    let attempts = claim(&database, at(8), at(38)).await;
    let of = |endpoint: &Endpoint| {
        let same = |attempt: &&Attempt| attempt.endpoint == endpoint.id;
        attempts.iter().filter(same).count()
    };
    assert_eq!((of(&busy), of(&late)), (4, 1));
}
