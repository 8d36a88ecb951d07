//! What is told of a connection whose renewal came to nothing.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use server::{
    domain::{
        connection::{ConnectionState, ConnectionStatus, InvalidReason, Trouble},
        id::{ConnectionId, ProcessId},
    },
    ports::clock::Clock,
    use_cases::{Error, Result, credential, credential::Live, refresh, snapshot},
};
use uuid::Uuid;
use wiremock::ResponseTemplate;

use super::World;

impl World {
    /// Renews a connection as a caller does.
    pub(super) async fn ask(&self, id: ConnectionId) -> Result<Arc<Live>> {
        let stored = self.stored(id).await;
        let snapshot = snapshot::fresh(&self.services, stored.project).await?;
        let set_up = snapshot.find_by_id(stored.integration).unwrap();
        let live = credential::open(&self.services, stored)?;
        refresh::run(&self.services, set_up, &live).await
    }

    /// A connection that is due, and a provider that answers like this.
    async fn due(&self, answer: ResponseTemplate) -> ConnectionId {
        self.answer(answer).await;
        let id = self.connect(Some(3600), Some("refresh-1")).await;
        self.clock.forward(3590);
        id
    }
}

fn refusal(body: serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(body)
}

#[tokio::test]
async fn each_refusal_has_its_own_reason() {
    let cases = [
        (
            "invalid_grant",
            InvalidReason::GrantRefused,
            ConnectionState::NeedsReauth,
        ),
        (
            "token_revoked",
            InvalidReason::ConsentRevoked,
            ConnectionState::Revoked,
        ),
        (
            "invalid_scope",
            InvalidReason::ScopesChanged,
            ConnectionState::NeedsReauth,
        ),
    ];
    for (word, reason, state) in cases {
        let world = World::new("").await;
        let body = json!({ "error": word, "error_description": "about refresh-1" });
        let id = world.due(refusal(body)).await;
        assert_eq!(world.work().await, None, "nothing is left to do");
        let stored = world.stored(id).await;
        assert_eq!(stored.state(world.clock.now()), state);
        assert_eq!(stored.invalid_reason, Some(reason));
        assert_eq!(stored.status_since, world.clock.now());
        let said = stored.failure.unwrap().said.unwrap();
        assert_eq!(said, format!("{word}: about [redacted]"));
    }
}

#[tokio::test]
async fn what_is_not_the_owners_to_mend_leaves_the_connection_valid() {
    let egress = "a fault of the network";
    let cases = [
        (ResponseTemplate::new(500), Trouble::Outage),
        (
            ResponseTemplate::new(200).set_body_string("<html>"),
            Trouble::Outage,
        ),
        (ResponseTemplate::new(429), Trouble::RateLimited),
        (
            refusal(json!({"error": "invalid_client"})),
            Trouble::ClientRefused,
        ),
        (
            refusal(json!({"error": "invalid_request"})),
            Trouble::RequestRefused,
        ),
    ];
    for (answer, trouble) in cases {
        let world = World::new("").await;
        let id = world.due(answer).await;
        let next = world.work().await.expect(egress);
        let stored = world.stored(id).await;
        assert_eq!(stored.state(world.clock.now()), ConnectionState::Valid);
        assert_eq!(stored.failure.map(|failure| failure.trouble), Some(trouble));
        assert_eq!(stored.refresh_failures, 1);
        assert!(next > world.clock.now(), "{trouble:?}");
        // And when the provider is well again, nothing is left of it.
        world.answer_with_tokens().await;
        world.pass_until(next);
        world.work().await;
        let stored = world.stored(id).await;
        assert_eq!(
            (stored.failure, stored.refresh_failures),
            (None, 0),
            "{trouble:?}"
        );
        assert_eq!(world.access_token(id).await, "access-2");
    }
}

#[tokio::test]
async fn waits_grow_from_failure_to_failure() {
    let world = World::new("").await;
    let id = world.due(ResponseTemplate::new(500)).await;
    let mut waits = Vec::new();
    for failures in 1..=6 {
        let next = world.work().await.expect("due again");
        assert_eq!(world.stored(id).await.refresh_failures, failures);
        waits.push(next.duration_since(world.clock.now()).as_secs());
        world.pass_until(next);
    }
    assert!(waits[0] >= 11 && waits[5] > 5 * waits[0], "{waits:?}");
    assert!(waits.iter().all(|wait| *wait <= 19 * 60), "{waits:?}");
}

#[tokio::test]
async fn a_refusal_after_a_refresh_that_was_cut_off_says_so() {
    let world = World::new("").await;
    let id = world
        .due(refusal(json!({ "error": "invalid_grant" })))
        .await;
    let now = world.clock.now();
    let mut unit = world.services.store.begin().await.unwrap();
    let dead = ProcessId(Uuid::now_v7());
    let until = now + Duration::from_secs(45);
    unit.connections()
        .claim_refresh(id, 1, dead, "127.0.0.1", now, until)
        .await
        .unwrap()
        .expect("free");
    unit.commit().await.unwrap();
    assert_eq!(
        world.stored(id).await.state(now),
        ConnectionState::Refreshing
    );
    world.pass_until(until);
    world.work().await;
    let stored = world.stored(id).await;
    assert_eq!(stored.status, ConnectionStatus::NeedsReauth);
    let reason = stored.invalid_reason;
    assert_eq!(reason, Some(InvalidReason::InterruptedRefresh));
}

#[tokio::test]
async fn a_refusal_after_an_answer_that_never_came_says_so() {
    let world = World::new("").await;
    let id = world.due(ResponseTemplate::new(502)).await;
    let next = world.work().await.expect("due again");
    world
        .answer(refusal(json!({ "error": "invalid_grant" })))
        .await;
    world.pass_until(next);
    world.work().await;
    let reason = world.stored(id).await.invalid_reason;
    assert_eq!(reason, Some(InvalidReason::InterruptedRefresh));
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_is_told_when_it_ends() {
    let world = World::new("").await;
    let id = world.connect(Some(3600), None).await;
    world.clock.forward(3599);
    let end = world.work().await.expect("its end");
    assert_eq!(world.stored(id).await.status, ConnectionStatus::Valid);
    world.pass_until(end);
    assert_eq!(world.work().await, None);
    let reason = world.stored(id).await.invalid_reason;
    assert_eq!(reason, Some(InvalidReason::NoRefreshToken));
    assert_eq!(world.calls().await, 0);
    assert!(matches!(
        world.ask(id).await,
        Err(Error::ReconnectRequired(InvalidReason::NoRefreshToken))
    ));
}
