//! Leases and what they guard.

use std::{collections::BTreeMap, time::Duration};

use server::{
    domain::{
        Timestamp,
        connection::{Connection, ConnectionStatus, Failure, InvalidReason, Lease, Trouble},
        id::{ConnectionId, ProcessId},
        secret::Sealed,
        token_set::Account,
    },
    ports::store::{FailedRefresh, NewCredential, Pause},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, stored_connection},
    store::{Database, assert_refused, read, write},
};

stories!(
    one_of_twenty_claimants_gets_the_lease,
    a_lease_is_free_again_when_it_has_run_out,
    a_lease_is_for_one_version,
    a_refresh_is_stored_and_gives_the_lease_back,
    a_late_refresh_is_fenced_out,
    a_failure_is_counted_and_gives_the_lease_back,
    a_success_clears_the_failures,
    a_new_grant_mends_the_connection,
    a_new_grant_fences_out_a_refresh,
    a_pending_connection_is_completed_once,
    marking_invalid_needs_the_lease,
    marking_invalid_ends_the_lease,
    a_lease_that_ran_out_is_remembered_until_a_refresh_goes_well,
    an_outcome_that_nobody_learned_is_remembered,
    nobody_gets_a_lease_while_the_provider_rests,
    a_connection_is_not_due_while_somebody_renews_it,
);

fn process() -> ProcessId {
    ProcessId(Uuid::now_v7())
}

fn renewed() -> NewCredential {
    NewCredential {
        credential: Sealed(vec![42; 90]),
        method: "key".to_owned(),
        status: ConnectionStatus::Valid,
        expires_at: Some(at(7_200)),
        refresh_due_at: Some(at(7_000)),
        scopes: None,
        metadata: BTreeMap::from([("instance_url".to_owned(), "https://eu.example".to_owned())]),
    }
}

async fn now_stored(database: &Database, id: ConnectionId) -> Connection {
    read!(database, connections.lookup(id)).expect("still there")
}

async fn claim(
    database: &Database,
    connection: &Connection,
    owner: ProcessId,
    now: Timestamp,
) -> Option<i64> {
    let until = now + Duration::from_secs(45);
    write!(
        database,
        connections.claim_refresh(
            connection.id,
            connection.version,
            owner,
            "acme.example",
            now,
            until
        )
    )
    .expect("a claim is no error")
    .map(|claim| claim.fence)
}

fn failed(retry_at: Timestamp, at: Timestamp) -> FailedRefresh {
    FailedRefresh {
        failure: Failure {
            trouble: Trouble::Outage,
            said: Some("status 502".to_owned()),
            at,
        },
        retry_at,
        due_at: retry_at + Duration::from_secs(60),
        outcome_unknown: false,
    }
}

async fn one_of_twenty_claimants_gets_the_lease(database: Database) {
    let stored = stored_connection(&database).await;
    let mut claims = JoinSet::new();
    for _ in 0..20 {
        let (database, stored) = (database.clone(), stored.clone());
        claims.spawn(async move {
            let owner = process();
            claim(&database, &stored, owner, at(0))
                .await
                .map(|fence| (owner, fence))
        });
    }
    let winners: Vec<_> = claims.join_all().await.into_iter().flatten().collect();
    let [(owner, fence)] = winners[..] else {
        panic!("{} claimants hold the lease", winners.len());
    };
    let expected = Lease {
        owner,
        fence,
        expires_at: at(45),
    };
    let now = now_stored(&database, stored.id).await;
    assert_eq!((now.lease, now.version), (Some(expected), stored.version));
}

async fn a_lease_is_free_again_when_it_has_run_out(database: Database) {
    let stored = stored_connection(&database).await;
    let first = claim(&database, &stored, process(), at(0))
        .await
        .expect("free");
    assert_eq!(claim(&database, &stored, process(), at(44)).await, None);
    let second = claim(&database, &stored, process(), at(45)).await;
    assert_eq!(second, Some(first + 1));
}

async fn a_lease_is_for_one_version(database: Database) {
    let mut stale = stored_connection(&database).await;
    stale.version -= 1;
    assert_eq!(claim(&database, &stale, process(), at(0)).await, None);
    stale.id = ConnectionId(Uuid::now_v7());
    assert_eq!(claim(&database, &stale, process(), at(0)).await, None);
}

async fn a_refresh_is_stored_and_gives_the_lease_back(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    let new = renewed();
    let version = write!(
        database,
        connections.finish_refresh(stored.id, owner, fence, &new, at(9))
    );
    assert_eq!(version.expect("stored"), stored.version + 1);
    let expected = Connection {
        credential: new.credential,
        expires_at: new.expires_at,
        refresh_due_at: new.refresh_due_at,
        scopes: new.scopes,
        metadata: new.metadata,
        version: stored.version + 1,
        updated_at: at(9),
        refreshed_at: Some(at(9)),
        ..stored.clone()
    };
    assert_eq!(now_stored(&database, stored.id).await, expected);
    assert_refused!(
        write!(
            database,
            connections.finish_refresh(stored.id, owner, fence, &renewed(), at(10))
        ),
        Stale
    );
}

async fn a_late_refresh_is_fenced_out(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let late = claim(&database, &stored, owner, at(0)).await.expect("free");
    // The same process took the lease again: only the fence tells the two apart.
    let fence = claim(&database, &stored, owner, at(60))
        .await
        .expect("free");
    let before = now_stored(&database, stored.id).await;
    let new = renewed();
    assert_refused!(
        write!(
            database,
            connections.finish_refresh(stored.id, owner, late, &new, at(61))
        ),
        Stale
    );
    assert_refused!(
        write!(
            database,
            connections.fail_refresh(stored.id, owner, late, &failed(at(70), at(61)))
        ),
        Stale
    );
    assert_refused!(
        write!(
            database,
            connections.finish_refresh(stored.id, process(), fence, &new, at(61))
        ),
        Stale
    );
    assert_eq!(now_stored(&database, stored.id).await, before);
    write!(
        database,
        connections.finish_refresh(stored.id, owner, fence, &new, at(62))
    )
    .expect("the holder stores");
}

async fn a_failure_is_counted_and_gives_the_lease_back(database: Database) {
    let stored = stored_connection(&database).await;
    for failures in 1..=2 {
        let owner = process();
        let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
        write!(
            database,
            connections.fail_refresh(stored.id, owner, fence, &failed(at(30), at(8)))
        )
        .expect("counted");
        let expected = Connection {
            refresh_failures: failures,
            retry_at: Some(at(30)),
            refresh_due_at: Some(at(90)),
            failure: Some(failed(at(30), at(8)).failure),
            updated_at: at(8),
            ..stored.clone()
        };
        assert_eq!(now_stored(&database, stored.id).await, expected);
    }
}

async fn a_success_clears_the_failures(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    write!(
        database,
        connections.fail_refresh(stored.id, owner, fence, &failed(at(30), at(8)))
    )
    .expect("counted");
    let fence = claim(&database, &stored, owner, at(31))
        .await
        .expect("free");
    write!(
        database,
        connections.finish_refresh(stored.id, owner, fence, &renewed(), at(32))
    )
    .expect("stored");
    let now = now_stored(&database, stored.id).await;
    assert_eq!((now.refresh_failures, now.retry_at), (0, None));
    assert_eq!(now.failure, None);
}

async fn a_new_grant_mends_the_connection(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    write!(
        database,
        connections.mark_invalid(
            stored.id,
            owner,
            fence,
            InvalidReason::GrantRefused,
            None,
            at(5)
        )
    )
    .expect("marked");
    let new = renewed();
    let account = Account {
        id: None,
        name: Some("Another".to_owned()),
    };
    let version = write!(
        database,
        connections.replace_credential(stored.id, &new, &account, at(6))
    );
    assert_eq!(version.expect("replaced"), 3);
    let expected = Connection {
        account,
        method: new.method,
        credential: new.credential,
        expires_at: new.expires_at,
        refresh_due_at: new.refresh_due_at,
        scopes: new.scopes,
        metadata: new.metadata,
        status_since: at(6),
        version: 3,
        updated_at: at(6),
        refreshed_at: Some(at(6)),
        ..stored.clone()
    };
    assert_eq!(now_stored(&database, stored.id).await, expected);
    let unknown = ConnectionId(Uuid::now_v7());
    assert_refused!(
        write!(
            database,
            connections.replace_credential(unknown, &renewed(), &Account::default(), at(6))
        ),
        NotFound
    );
}

async fn a_pending_connection_is_completed_once(database: Database) {
    let stored = stored_connection(&database).await;
    let pending = NewCredential {
        status: ConnectionStatus::Pending,
        ..renewed()
    };
    write!(
        database,
        connections.replace_credential(stored.id, &pending, &stored.account, at(1))
    )
    .expect("replaced");
    let before = now_stored(&database, stored.id).await;
    assert_eq!(before.status, ConnectionStatus::Pending);
    let metadata = BTreeMap::from([("site".to_owned(), "s-2".to_owned())]);
    let account = Account::default();
    write!(
        database,
        connections.complete(stored.id, &metadata, &account, Some(at(99)), at(7))
    )
    .expect("completed");
    let after = now_stored(&database, stored.id).await;
    let expected = Connection {
        status: ConnectionStatus::Valid,
        status_since: at(7),
        refresh_due_at: Some(at(99)),
        metadata: metadata.clone(),
        account: account.clone(),
        version: before.version + 1,
        updated_at: at(7),
        ..before
    };
    assert_eq!(after, expected);
    assert_refused!(
        write!(
            database,
            connections.complete(stored.id, &metadata, &account, None, at(8))
        ),
        Stale
    );
}

async fn a_new_grant_fences_out_a_refresh(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    write!(
        database,
        connections.replace_credential(stored.id, &renewed(), &stored.account, at(1))
    )
    .expect("replaced");
    let before = now_stored(&database, stored.id).await;
    assert_eq!(before.lease, None);
    assert_refused!(
        write!(
            database,
            connections.finish_refresh(stored.id, owner, fence, &renewed(), at(2))
        ),
        Stale
    );
    assert_eq!(now_stored(&database, stored.id).await, before);
    let next = claim(&database, &before, owner, at(3)).await;
    assert_eq!(next, Some(fence + 2), "the grant took a fence of its own");
}

async fn marking_invalid_needs_the_lease(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    for (other, number) in [(process(), fence), (owner, fence - 1)] {
        assert_refused!(
            write!(
                database,
                connections.mark_invalid(
                    stored.id,
                    other,
                    number,
                    InvalidReason::KeyRefused,
                    None,
                    at(5)
                )
            ),
            Stale
        );
    }
    write!(
        database,
        connections.mark_invalid(
            stored.id,
            owner,
            fence,
            InvalidReason::KeyRefused,
            Some("no such key"),
            at(5)
        )
    )
    .expect("marked");
    let expected = Connection {
        status: ConnectionStatus::NeedsReauth,
        invalid_reason: Some(InvalidReason::KeyRefused),
        status_since: at(5),
        failure: Some(Failure {
            trouble: Trouble::GrantOver,
            said: Some("no such key".to_owned()),
            at: at(5),
        }),
        refresh_due_at: None,
        version: 2,
        updated_at: at(5),
        ..stored.clone()
    };
    assert_eq!(now_stored(&database, stored.id).await, expected);
}

async fn marking_invalid_ends_the_lease(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    write!(
        database,
        connections.mark_invalid(
            stored.id,
            owner,
            fence,
            InvalidReason::GrantRefused,
            None,
            at(5)
        )
    )
    .expect("marked");
    assert_eq!(now_stored(&database, stored.id).await.lease, None);
    assert_refused!(
        write!(
            database,
            connections.finish_refresh(stored.id, owner, fence, &renewed(), at(6))
        ),
        Stale
    );
}

async fn a_lease_that_ran_out_is_remembered_until_a_refresh_goes_well(database: Database) {
    let stored = stored_connection(&database).await;
    claim(&database, &stored, process(), at(0))
        .await
        .expect("free");
    assert_eq!(now_stored(&database, stored.id).await.interrupted_at, None);
    let owner = process();
    let fence = claim(&database, &stored, owner, at(45))
        .await
        .expect("free");
    let interrupted = now_stored(&database, stored.id).await.interrupted_at;
    assert_eq!(interrupted, Some(at(45)));
    write!(
        database,
        connections.fail_refresh(stored.id, owner, fence, &failed(at(60), at(50)))
    )
    .expect("counted");
    let fence = claim(&database, &stored, owner, at(61))
        .await
        .expect("free");
    let interrupted = now_stored(&database, stored.id).await.interrupted_at;
    assert_eq!(interrupted, Some(at(45)), "a failure does not clear it");
    write!(
        database,
        connections.finish_refresh(stored.id, owner, fence, &renewed(), at(62))
    )
    .expect("stored");
    assert_eq!(now_stored(&database, stored.id).await.interrupted_at, None);
}

async fn an_outcome_that_nobody_learned_is_remembered(database: Database) {
    let stored = stored_connection(&database).await;
    let owner = process();
    let fence = claim(&database, &stored, owner, at(0)).await.expect("free");
    let lost = FailedRefresh {
        outcome_unknown: true,
        ..failed(at(30), at(20))
    };
    write!(
        database,
        connections.fail_refresh(stored.id, owner, fence, &lost)
    )
    .expect("counted");
    let interrupted = now_stored(&database, stored.id).await.interrupted_at;
    assert_eq!(interrupted, Some(at(20)));
}

async fn nobody_gets_a_lease_while_the_provider_rests(database: Database) {
    let stored = stored_connection(&database).await;
    let pause = |host: &str, until| Pause {
        integration: stored.integration,
        host: host.to_owned(),
        ends_at: until,
    };
    for pause in [
        pause("acme.example", at(10)),
        pause("other.example", at(99)),
    ] {
        write!(database, upkeep.pause(&pause, at(0))).expect("noted");
    }
    assert_eq!(claim(&database, &stored, process(), at(9)).await, None);
    let fence = claim(&database, &stored, process(), at(10)).await;
    assert!(fence.is_some(), "its own pause is over");
}

async fn a_connection_is_not_due_while_somebody_renews_it(database: Database) {
    let stored = stored_connection(&database).await;
    claim(&database, &stored, process(), at(3_000))
        .await
        .expect("free");
    let due = |now| {
        let database = database.clone();
        async move { read!(database, upkeep.due(now, 9, 9)).len() }
    };
    assert_eq!(due(at(3_044)).await, 0);
    assert_eq!(due(at(3_045)).await, 1, "the lease ran out");
}
