//! Events are sent to endpoints, which are servers of the test.

mod failures;
mod manage;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use server::{
    access::{MayEdit, MayRead, Staff},
    domain::{
        Timestamp,
        connection::Connection,
        event::EventType,
        id::{ConnectionId, EndpointId},
        secret::Secret,
        token_set::CredentialFields,
        webhook::{Delivery, DeliveryState, Endpoint},
    },
    ports::clock::Clock,
    providers::{egress::Egress, webhook_sender::HttpWebhookSender},
    use_cases::{
        credential, disconnect,
        webhooks::{self, Fresh, deliver::Deliveries},
        work::Work,
    },
};
use uuid::Uuid;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

use crate::support::{acme::Acme, rows, service::NOW};

struct World {
    acme: Acme,
    receiver: MockServer,
}

impl std::ops::Deref for World {
    type Target = Acme;

    fn deref(&self) -> &Acme {
        &self.acme
    }
}

fn editor() -> MayEdit {
    Staff::console().editor().unwrap()
}

fn reader() -> MayRead {
    Staff::console().reader()
}

impl World {
    async fn new() -> Self {
        let world = Self {
            acme: Acme::new("").await,
            receiver: MockServer::start().await,
        };
        world.answer(ResponseTemplate::new(204)).await;
        world
    }

    /// What the endpoint answers from now on. Forgets what it was sent.
    async fn answer(&self, template: ResponseTemplate) {
        self.receiver.reset().await;
        Mock::given(any())
            .respond_with(template)
            .mount(&self.receiver)
            .await;
    }

    async fn add(&self, types: Option<Vec<EventType>>) -> Fresh {
        let url = format!("{}/hook?tenant=1", self.receiver.uri());
        webhooks::add(&self.services, &editor(), self.project.id, &url, types)
            .await
            .unwrap()
    }

    /// Something to tell: two events, of which the second says what came of a revocation.
    async fn disconnect(&self, user: &str) -> ConnectionId {
        let id = ConnectionId(Uuid::new_v4());
        let fields = [("access_token".to_owned(), Secret::new("access-1"))];
        let fields = CredentialFields(fields.into());
        let connection = Connection {
            id,
            credential: credential::seal(&self.services, self.project.id, id, &fields),
            created_at: self.clock.now(),
            ..rows::connection(&self.integration, user)
        };
        let mut unit = self.services.store.begin().await.unwrap();
        unit.connections().add(&connection).await.unwrap();
        unit.commit().await.unwrap();
        let right = Staff::console().supporter();
        disconnect::by_staff(&self.services, right, self.project.id, id)
            .await
            .unwrap();
        id
    }

    /// Does what is due, to its end.
    async fn run(&self) -> Option<Timestamp> {
        let due = Deliveries.run_due(&self.services).await.unwrap();
        self.services.caches.deliveries.settle().await;
        due
    }

    /// Does what is due until nothing is due now.
    async fn run_all(&self) -> Option<Timestamp> {
        loop {
            self.run().await;
            let mut reader = self.services.store.read().await.unwrap();
            let due = reader.webhooks().first_due().await.unwrap();
            if due.is_none_or(|due| due > self.clock.now()) {
                return due;
            }
        }
    }

    async fn received(&self) -> Vec<Request> {
        self.receiver.received_requests().await.unwrap()
    }

    async fn deliveries(&self, id: EndpointId) -> Vec<Delivery> {
        webhooks::deliveries(&self.services, &reader(), self.project.id, id, None)
            .await
            .unwrap()
    }

    async fn endpoint(&self, id: EndpointId) -> Endpoint {
        let all = webhooks::list(&self.services, &reader(), self.project.id).await;
        let found = all.unwrap().into_iter().find(|known| known.id == id);
        found.unwrap()
    }
}

fn header<'r>(request: &'r Request, name: &str) -> &'r str {
    request.headers.get(name).unwrap().to_str().unwrap()
}

/// What a receiver does (Standard Webhooks 1.0), by another library than the server's.
fn is_signed(request: &Request, secret: &Secret) -> bool {
    use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
    let key = STANDARD
        .decode(secret.expose().strip_prefix("whsec_").unwrap())
        .unwrap();
    let (id, time) = (
        header(request, "webhook-id"),
        header(request, "webhook-timestamp"),
    );
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", &request.body].concat();
    let key = EncodingKey::from_secret(&key);
    // Base64url without padding, of the same bytes.
    let expected = sign(&signed, &key, Algorithm::HS256).unwrap();
    let plain = |signature: &str| {
        signature
            .replace('+', "-")
            .replace('/', "_")
            .trim_end_matches('=')
            .to_owned()
    };
    header(request, "webhook-signature")
        .split(' ')
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .any(|signature| plain(signature) == expected)
}

#[tokio::test]
async fn an_event_arrives_signed_and_as_the_feed_has_it() {
    let world = World::new().await;
    let fresh = world.add(Some(vec![EventType::Deleted])).await;
    let connection = world.disconnect("ada").await;
    assert_eq!(world.run_all().await, None);
    let received = world.received().await;
    let [request] = &received[..] else {
        panic!("one event is wanted, {} came", received.len());
    };
    assert_eq!(request.method.as_str(), "POST");
    assert_eq!(request.url.query(), Some("tenant=1"));
    assert_eq!(header(request, "content-type"), "application/json");
    assert_eq!(header(request, "webhook-timestamp"), NOW.to_string());
    assert!(is_signed(request, &fresh.secret));
    assert!(!is_signed(request, &Secret::new("whsec_AAAA")));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["id"], header(request, "webhook-id"));
    assert_eq!(body["type"], "connection.deleted");
    assert_eq!(body["timestamp"], "2026-01-01T00:00:00Z");
    assert_eq!(body["cursor"], "1");
    assert_eq!(body["data"]["connectionId"], connection.to_string());
    assert_eq!(body["data"]["userId"], "ada");
    let found = world.deliveries(fresh.endpoint.id).await;
    assert_eq!(found[0].state, DeliveryState::Delivered);
    let outcome = found[0].outcome.as_ref().unwrap();
    assert_eq!(
        (outcome.status, outcome.answer.as_deref()),
        (Some(204), None)
    );
}

#[tokio::test]
async fn nothing_is_written_where_nothing_is_due() {
    let world = World::new().await;
    world.add(None).await;
    let writes = world.services.store.writes();
    assert_eq!(world.run().await, None);
    assert_eq!(world.services.store.writes(), writes);
}

#[tokio::test]
async fn two_secrets_sign_for_a_day() {
    let world = World::new().await;
    let old = world.add(Some(vec![EventType::Deleted])).await;
    let id = old.endpoint.id;
    let new = webhooks::rotate(&world.services, &editor(), world.project.id, id)
        .await
        .unwrap();
    assert_ne!(old.secret.expose(), new.secret.expose());
    let sent = async || {
        world.answer(ResponseTemplate::new(200)).await;
        world.disconnect("ada").await;
        world.run_all().await;
        world.received().await.remove(0)
    };
    world.clock.forward(24 * 3600 - 1);
    let request = sent().await;
    assert!(is_signed(&request, &old.secret) && is_signed(&request, &new.secret));
    world.clock.forward(1);
    let request = sent().await;
    assert!(!is_signed(&request, &old.secret) && is_signed(&request, &new.secret));
}

#[tokio::test]
async fn two_processes_send_each_event_once() {
    let world = World::new().await;
    let fresh = world.add(None).await;
    for _ in 0..10 {
        world.disconnect("ada").await;
    }
    let all = world.deliveries(fresh.endpoint.id).await.len();
    assert_eq!(all, 20);
    loop {
        let (one, other) = (Arc::clone(&world.services), Arc::clone(&world.services));
        let runs = tokio::join!(Deliveries.run_due(&one), Deliveries.run_due(&other));
        let (Ok(one), Ok(other)) = runs else {
            panic!("no error");
        };
        world.services.caches.deliveries.settle().await;
        if one.is_none() && other.is_none() {
            break;
        }
    }
    assert_eq!(world.received().await.len(), 20);
}
