//! What becomes of connections is told to the back end, and what is not is not.

mod keys;

use std::time::Duration;

use axum::http::Request;
use serde_json::{Value, json};
use server::{
    access::Staff,
    domain::{
        api_key::ApiScope, connection::Connection, id::ConnectionId, secret::Secret,
        token_set::CredentialFields,
    },
    ports::clock::Clock,
    use_cases::{
        api_keys, credential, disconnect,
        housekeeping::Housekeeping,
        refresh,
        revocations::{self, Meant, Revocations},
        snapshot,
        work::Work,
    },
};
use uuid::Uuid;
use wiremock::{Mock, ResponseTemplate, matchers::path};

use crate::support::{acme::Acme, rows, service};

pub struct World {
    acme: Acme,
    key: Secret,
}

impl std::ops::Deref for World {
    type Target = Acme;

    fn deref(&self) -> &Acme {
        &self.acme
    }
}

impl World {
    async fn new() -> Self {
        let acme = Acme::new("revocation_url = \"BASE/revoke\"").await;
        let right = Staff::console().administrator().unwrap();
        let scopes = vec![ApiScope::EventsRead];
        let made = api_keys::create(&acme.services, right, acme.project.id, "test", scopes).await;
        let key = made.unwrap().secret;
        Self { acme, key }
    }

    async fn answer(&self, at: &str, template: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(path(at))
            .respond_with(template)
            .mount(&self.server)
            .await;
    }

    /// A connection as it stands in the database, of which nothing was told.
    async fn connect(&self, user: &str) -> Connection {
        let id = ConnectionId(Uuid::new_v4());
        let fields = CredentialFields(
            [("access_token", "access-1"), ("refresh_token", "refresh-1")]
                .map(|(name, token)| (name.to_owned(), Secret::new(token)))
                .into(),
        );
        let connection = Connection {
            id,
            credential: credential::seal(&self.services, self.project.id, id, &fields),
            created_at: self.clock.now(),
            ..rows::connection(&self.integration, user)
        };
        let mut unit = self.services.store.begin().await.unwrap();
        unit.connections().add(&connection).await.unwrap();
        unit.commit().await.unwrap();
        connection
    }

    async fn refresh(&self, connection: &Connection) -> bool {
        let snapshot = snapshot::fresh(&self.services, self.project.id)
            .await
            .unwrap();
        let set_up = snapshot.find("acme").unwrap();
        let live = credential::open(&self.services, connection.clone()).unwrap();
        refresh::run(&self.services, set_up, &live).await.is_ok()
    }

    /// The feed behind a cursor.
    async fn feed(&self, after: &str) -> Vec<Value> {
        let uri = format!("/projects/{}/events?after={after}", self.project.id);
        let request = Request::builder().uri(uri);
        let (status, page) = service::call(&self.services, request, self.key.expose(), None).await;
        assert_eq!(status, 200, "{page}");
        page["events"].as_array().unwrap().clone()
    }

    /// Type and what is told beside the connection, of each event of the feed.
    async fn told(&self) -> Vec<(String, Value)> {
        let events = self.feed("0").await.into_iter().map(|event| {
            let mut data = event["data"].clone();
            let fields = data.as_object_mut().unwrap();
            for name in ["connectionId", "integration", "userId"] {
                assert!(fields.remove(name).is_some(), "{name}");
            }
            (event["type"].as_str().unwrap().to_owned(), data)
        });
        events.collect()
    }
}

fn told(name: &str, details: Value) -> (String, Value) {
    (format!("connection.{name}"), details)
}

#[tokio::test]
async fn a_refresh_is_told_with_the_scopes_that_it_changed() {
    let world = World::new().await;
    let connection = world.connect("ada").await;
    let tokens = json!({ "access_token": "access-2", "expires_in": 3600, "scope": "write read" });
    world
        .answer("/token", ResponseTemplate::new(200).set_body_json(tokens))
        .await;
    assert!(world.refresh(&connection).await);
    let scopes = json!({ "before": ["read"], "after": ["read", "write"] });
    let expected = [
        told("refreshed", json!({ "expiresAt": "2026-01-01T01:00:00Z" })),
        told("scopes_changed", scopes),
    ];
    assert_eq!(world.told().await, expected);
    let event = &world.feed("0").await[0];
    assert_eq!(event["data"]["connectionId"], connection.id.to_string());
    assert_eq!(event["data"]["integration"], "acme");
    assert_eq!(event["data"]["userId"], "ada");
    assert_eq!(event["projectId"], world.project.id.to_string());
    assert_eq!(world.feed("1").await.len(), 1);
}

#[tokio::test]
async fn a_grant_that_is_over_is_told_with_its_reason() {
    let world = World::new().await;
    let connection = world.connect("ada").await;
    let refused = json!({ "error": "invalid_grant", "error_description": "token refresh-1" });
    world
        .answer("/token", ResponseTemplate::new(400).set_body_json(refused))
        .await;
    assert!(!world.refresh(&connection).await);
    let all = world.told().await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, "connection.needs_reauth");
    assert_eq!(all[0].1["reason"], "grant_refused");
    assert!(
        !all[0].1.to_string().contains("refresh-1"),
        "no words of the provider"
    );
}

#[tokio::test]
async fn a_refresh_that_may_succeed_later_is_not_told() {
    let world = World::new().await;
    let connection = world.connect("ada").await;
    world.answer("/token", ResponseTemplate::new(503)).await;
    assert!(!world.refresh(&connection).await);
    assert_eq!(world.told().await, []);
}

#[tokio::test]
async fn a_disconnect_is_told_at_once_and_its_outcome_when_it_is_known() {
    let world = World::new().await;
    let connection = world.connect("ada").await;
    world.answer("/revoke", ResponseTemplate::new(503)).await;
    let right = Staff::console().supporter();
    disconnect::by_staff(&world.services, right, world.project.id, connection.id)
        .await
        .unwrap();
    assert_eq!(world.told().await, [told("deleted", json!({}))]);
    world.answer("/revoke", ResponseTemplate::new(200)).await;
    world.clock.forward(61);
    assert_eq!(Revocations.run_due(&world.services).await.unwrap(), None);
    let outcome = json!({
        "outcome": "revoked", "refreshToken": "revoked", "accessToken": "revoked",
    });
    let expected = [told("deleted", json!({})), told("revoked", outcome)];
    assert_eq!(world.told().await, expected);
}

#[tokio::test]
async fn break_glass_tells_of_each_connection() {
    let world = World::new().await;
    for user in ["ada", "grace", "mary"] {
        world.connect(user).await;
    }
    let right = Staff::console().administrator().unwrap();
    let meant = Meant::default();
    revocations::end_all(&world.services, right, world.project.id, &meant)
        .await
        .unwrap();
    let users: Vec<Value> = world
        .feed("0")
        .await
        .iter()
        .map(|event| event["data"]["userId"].clone())
        .collect();
    assert_eq!(users.len(), 3);
    for user in ["ada", "grace", "mary"] {
        assert!(users.contains(&json!(user)), "{user}");
    }
}

#[tokio::test]
async fn old_events_are_removed() {
    let world = World::new().await;
    let connection = world.connect("ada").await;
    let tokens = json!({ "access_token": "access-2", "expires_in": 3600 });
    world
        .answer("/token", ResponseTemplate::new(200).set_body_json(tokens))
        .await;
    assert!(world.refresh(&connection).await);
    let housekeeping = Housekeeping {
        keep_events: Duration::from_secs(7 * 24 * 3600),
    };
    housekeeping.run_due(&world.services).await.unwrap();
    assert_eq!(world.feed("0").await.len(), 1);
    world.clock.forward(7 * 24 * 3600 + 1);
    housekeeping.run_due(&world.services).await.unwrap();
    assert_eq!(world.feed("0").await, Vec::<Value>::new());
}
