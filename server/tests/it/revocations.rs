//! Connections end here at once, and their providers are told.

use std::{collections::BTreeMap, time::Duration};

use app::contract::connect::{Revocation as Told, TokenKind};
use server::{
    access::Staff,
    domain::{
        connection::Connection,
        id::ConnectionId,
        revocation::{Outcome, Progress, Revocation, TokenOutcome},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::clock::Clock,
    use_cases::{
        credential, disconnect,
        revocations::{self, Meant, Revocations},
        work::Work,
    },
};
use uuid::Uuid;
use wiremock::{Mock, ResponseTemplate, matchers::path};

use crate::support::{acme::Acme, rows};

struct World(Acme);

impl std::ops::Deref for World {
    type Target = Acme;

    fn deref(&self) -> &Acme {
        &self.0
    }
}

impl World {
    async fn new(revocation: &str) -> Self {
        Self(Acme::new(revocation).await)
    }

    async fn answer(&self, status: u16) {
        self.server.reset().await;
        Mock::given(path("/revoke"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&self.server)
            .await;
    }

    async fn connect(&self, user: &str) -> ConnectionId {
        let now = self.clock.now();
        let id = ConnectionId(Uuid::new_v4());
        let fields = CredentialFields(BTreeMap::from([
            ("access_token".to_owned(), Secret::new("access-1")),
            ("refresh_token".to_owned(), Secret::new("refresh-1")),
        ]));
        let connection = Connection {
            id,
            credential: credential::seal(&self.services, self.project.id, id, &fields),
            created_at: now,
            ..rows::connection(&self.integration, user)
        };
        let mut unit = self.services.store.begin().await.unwrap();
        unit.connections().add(&connection).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    async fn disconnect(&self, id: ConnectionId) -> app::contract::connect::Disconnected {
        let right = Staff::console().supporter();
        disconnect::by_staff(&self.services, right, self.project.id, id)
            .await
            .unwrap()
    }

    async fn stored(&self, id: ConnectionId) -> Revocation {
        let mut reader = self.services.store.read().await.unwrap();
        reader.revocations().lookup(id).await.unwrap().unwrap()
    }

    async fn is_connected(&self, id: ConnectionId) -> bool {
        let mut reader = self.services.store.read().await.unwrap();
        reader.connections().lookup(id).await.unwrap().is_some()
    }
}

const REVOCATION: &str = "revocation_url = \"BASE/revoke\"";

#[tokio::test]
async fn a_disconnect_says_what_became_of_each_token() {
    let world = World::new(REVOCATION).await;
    world.answer(200).await;
    let id = world.connect("ada").await;
    let told = world.disconnect(id).await;
    assert_eq!((told.revocation, told.retrying), (Told::Revoked, false));
    let tokens: Vec<_> = told
        .tokens
        .iter()
        .map(|told| (told.token, told.revocation))
        .collect();
    let expected = [
        (TokenKind::RefreshToken, Told::Revoked),
        (TokenKind::AccessToken, Told::Revoked),
    ];
    assert_eq!(tokens, expected);
    assert_eq!(world.server.received_requests().await.unwrap().len(), 2);
    let stored = world.stored(id).await;
    assert_eq!(stored.credential, None, "the credential is gone");
    assert!(!world.is_connected(id).await);
}

#[tokio::test]
async fn a_provider_without_revocation_is_told_of_as_such() {
    let world = World::new("").await;
    let id = world.connect("ada").await;
    let told = world.disconnect(id).await;
    let not = Told::NotSupported;
    assert_eq!((told.revocation, told.retrying), (not, false));
    assert_eq!(world.stored(id).await.credential, None);
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_later() {
    let world = World::new(REVOCATION).await;
    world.answer(503).await;
    let id = world.connect("ada").await;
    let told = world.disconnect(id).await;
    assert_eq!((told.revocation, told.retrying), (Told::Failed, true));
    assert!(
        !world.is_connected(id).await,
        "it has ended here all the same"
    );

    world.answer(200).await;
    let due = Revocations.run_due(&world.services).await.unwrap();
    assert_eq!(due, Some(world.clock.now() + Duration::from_secs(60)));
    assert_eq!(world.server.received_requests().await.unwrap().len(), 0);
    world.clock.forward(61);
    assert_eq!(Revocations.run_due(&world.services).await.unwrap(), None);
    let stored = world.stored(id).await;
    let revoked = Some(TokenOutcome::Revoked);
    let expected = Outcome {
        refresh_token: revoked,
        access_token: revoked,
    };
    assert_eq!((stored.outcome, stored.credential), (Some(expected), None));
}

#[tokio::test]
async fn a_provider_that_stays_away_is_given_up_after_a_day() {
    let world = World::new(REVOCATION).await;
    world.answer(503).await;
    let id = world.connect("ada").await;
    let begun = world.clock.now();
    world.disconnect(id).await;
    while let Some(due) = Revocations.run_due(&world.services).await.unwrap() {
        assert!(world.stored(id).await.credential.is_some());
        let left = due.duration_since(world.clock.now()).as_secs();
        world.clock.forward(left + 1);
    }
    let hours = world.clock.now().duration_since(begun).as_secs() / 3600;
    assert_eq!(hours, 24);
    let stored = world.stored(id).await;
    assert_eq!(stored.credential, None);
    let worst = stored.outcome.map(Outcome::worst);
    assert_eq!(worst, Some(TokenOutcome::Failed));
}

#[tokio::test]
async fn break_glass_ends_all_at_once_and_tells_the_providers() {
    let world = World::new(REVOCATION).await;
    world.answer(200).await;
    let mut all = Vec::new();
    for number in 0..70 {
        all.push(world.connect(&format!("user-{number}")).await);
    }
    let administrator = || Staff::console().administrator().unwrap();
    let meant = Meant::default();
    let found =
        revocations::count(&world.services, &administrator(), world.project.id, &meant).await;
    assert_eq!(found.unwrap(), 70);
    let order = revocations::end_all(&world.services, administrator(), world.project.id, &meant)
        .await
        .unwrap();
    for id in &all {
        assert!(!world.is_connected(*id).await);
    }
    let progress = async || revocations::progress(&world.services, order).await.unwrap();
    let waiting = Progress {
        waiting: 70,
        ..Progress::default()
    };
    assert_eq!(progress().await, waiting);
    // As another process would go on with it.
    while Revocations
        .run_due(&world.services)
        .await
        .unwrap()
        .is_some()
    {}
    let revoked = Progress {
        revoked: 70,
        ..Progress::default()
    };
    assert_eq!(progress().await, revoked);
}
