//! Credentials are renewed before they end, with a provider that answers as told.

mod lanes;
mod truth;

use std::time::Duration;

use server::{
    domain::{
        Timestamp,
        configuration::Configuration,
        connection::Connection,
        id::{ConnectionId, ProcessId},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::clock::Clock,
    use_cases::{
        credential,
        refresh::{
            ahead::RefreshAhead,
            plan::{self, Issued},
        },
        work::Work,
    },
};
use uuid::Uuid;
use wiremock::{Mock, ResponseTemplate, matchers::path};

use crate::support::{acme::Acme, rows, service::services};

struct World {
    acme: Acme,
    worker: RefreshAhead,
}

impl std::ops::Deref for World {
    type Target = Acme;

    fn deref(&self) -> &Acme {
        &self.acme
    }
}

impl World {
    /// `more`: lines of the definition's `[[auth]]`.
    async fn new(more: &str) -> Self {
        Self {
            acme: Acme::new(more).await,
            worker: RefreshAhead::default(),
        }
    }

    async fn answer(&self, template: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(path("/token"))
            .respond_with(template)
            .mount(&self.server)
            .await;
    }

    /// Tokens for an hour.
    async fn answer_with_tokens(&self) {
        let body = serde_json::json!({
            "access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600,
        });
        self.answer(ResponseTemplate::new(200).set_body_json(body))
            .await;
    }

    /// A connection that was made now, whose token lives for `life` seconds.
    async fn connect(&self, life: Option<u64>, refresh_token: Option<&str>) -> ConnectionId {
        let now = self.clock.now();
        let id = ConnectionId(Uuid::new_v4());
        let tokens = [
            (CredentialFields::ACCESS_TOKEN, Some("access-1")),
            (CredentialFields::REFRESH_TOKEN, refresh_token),
        ];
        let fields = CredentialFields(
            tokens
                .into_iter()
                .filter_map(|(name, token)| Some((name.to_owned(), Secret::new(token?))))
                .collect(),
        );
        let expires_at = life.map(|life| now + Duration::from_secs(life));
        let mut connection = Connection {
            id,
            configurations: vec![Configuration::first(Uuid::new_v4(), now)],
            credential: credential::seal(&self.services, self.integration.project, id, &fields),
            expires_at,
            created_at: now,
            status_since: now,
            ..rows::connection(&self.integration, &format!("user-{id}"))
        };
        let issued = Issued {
            id,
            status: connection.status,
            method: &connection.method,
            fields: &fields,
            at: now,
            expires_at,
        };
        let definition = self.services.definitions.get("acme").unwrap();
        connection.refresh_due_at = plan::due(&definition, &issued);
        let mut unit = self.services.store.begin().await.unwrap();
        unit.connections().add(&connection).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    async fn stored(&self, id: ConnectionId) -> Connection {
        let mut reader = self.services.store.read().await.unwrap();
        reader.connections().lookup(id).await.unwrap().unwrap()
    }

    async fn access_token(&self, id: ConnectionId) -> String {
        let live = credential::open(&self.services, self.stored(id).await).unwrap();
        let token = live.fields.get(CredentialFields::ACCESS_TOKEN).unwrap();
        token.expose().to_owned()
    }

    /// One batch of the worker; says when the next is due.
    async fn work(&self) -> Option<Timestamp> {
        self.worker.run_due(&self.services).await.unwrap()
    }

    /// Lets time pass until `then`, and a second more.
    fn pass_until(&self, then: Timestamp) {
        let left = then.duration_since(self.clock.now()).as_secs();
        self.clock.forward(left + 1);
    }

    async fn calls(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_so_is_the_next() {
    let world = World::new("").await;
    world.answer_with_tokens().await;
    let id = world.connect(Some(3600), Some("refresh-1")).await;
    let first = world.work().await.expect("due one day");
    assert_eq!(world.calls().await, 0, "not yet");
    assert_eq!(world.access_token(id).await, "access-1");

    world.pass_until(first);
    let second = world.work().await.expect("due again");
    let stored = world.stored(id).await;
    assert_eq!(world.calls().await, 1);
    assert_eq!(world.access_token(id).await, "access-2");
    assert!(first < world.clock.now() && second > first + Duration::from_secs(2400));
    assert_eq!(stored.refresh_due_at, Some(second));
    assert_eq!(stored.lease, None);
    assert_eq!(world.work().await, Some(second));
    assert_eq!(world.calls().await, 1, "one renewal is enough");
}

#[tokio::test]
async fn what_needs_nothing_is_never_looked_at() {
    let world = World::new("").await;
    for life in [None, Some(30)] {
        world.connect(life, Some("refresh-1")).await;
    }
    world.connect(None, None).await;
    assert_eq!(world.work().await, None);
    world.clock.forward(1_000_000);
    assert_eq!(world.work().await, None);
    assert_eq!(world.calls().await, 0);
}

#[tokio::test]
async fn a_refresh_token_that_would_die_of_rest_is_used() {
    let world = World::new("refresh_token_idle = 5184000").await;
    world.answer_with_tokens().await;
    let id = world.connect(None, Some("refresh-1")).await;
    let day = 24 * 3600;
    let due = world.work().await.expect("due one day");
    let rest = due.duration_since(world.clock.now()).as_secs() / day;
    assert!((36..=48).contains(&rest), "after {rest} of 60 days");
    world.pass_until(due);
    world.work().await;
    assert_eq!(world.access_token(id).await, "access-2");
}

#[tokio::test]
async fn two_processes_share_the_work_and_renew_each_once() {
    let world = World::new("").await;
    world.answer_with_tokens().await;
    let mut all = Vec::new();
    for _ in 0..40 {
        all.push(world.connect(Some(3600), Some("refresh-1")).await);
    }
    world.clock.forward(3590);
    let other = services(&world.folder, world.clock.clone()).await;
    let second = RefreshAhead::default();
    let (first, second) = tokio::join!(
        world.worker.run_due(&world.services),
        second.run_due(&other)
    );
    first.unwrap();
    second.unwrap();
    assert_eq!(world.calls().await, all.len());
    for id in all {
        let stored = world.stored(id).await;
        assert_eq!((stored.version, stored.lease), (2, None));
    }
}

#[tokio::test]
async fn what_a_dead_process_left_is_taken_up() {
    let world = World::new("").await;
    world.answer_with_tokens().await;
    let id = world.connect(Some(3600), Some("refresh-1")).await;
    let now = world.clock.now();
    let mut unit = world.services.store.begin().await.unwrap();
    let dead = ProcessId(Uuid::now_v7());
    let until = now + Duration::from_secs(45);
    let claim = unit
        .connections()
        .claim_refresh(id, 1, dead, "127.0.0.1", now, until)
        .await;
    assert!(claim.unwrap().is_some());
    unit.commit().await.unwrap();

    assert_eq!(world.work().await, Some(until), "somebody is at it");
    world.pass_until(until);
    world.work().await;
    assert_eq!(world.access_token(id).await, "access-2");
    assert_eq!(world.stored(id).await.interrupted_at, None);
}
