//! Connections of every kind, from the form to the call after a renewal.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;
use server::{
    access::EndUser,
    domain::{
        connection::{Connection, ConnectionStatus, InvalidReason},
        intent::Intent,
        secret::Secret,
        selector::Selector,
    },
    ports::provider::{Outgoing, OutgoingBody, ProviderError},
    use_cases::{
        Error,
        connect::{fields, open},
        proxy,
        refresh::ahead::RefreshAhead,
        snapshot::{self, Snapshot},
        work::Work,
    },
};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_string_contains, header, path},
};

use crate::support::acme::Acme;

const LOGIN: &str = r#"type = "token_request"
[[auth.fields]]
name = "user"
label = "User"
[[auth.fields]]
name = "password"
label = "Password"
secret = true
[[auth.request]]
url = "BASE/login"
params = { user = "${user}", password = "${password}" }
"#;

struct World {
    acme: Acme,
    user: EndUser,
}

impl World {
    async fn new(auth: &str) -> Self {
        let acme = Acme::of(auth).await;
        let user = EndUser::trusted(acme.project.id, "ada".to_owned());
        Self { acme, user }
    }

    async fn snapshot(&self) -> Arc<Snapshot> {
        let project = self.acme.project.id;
        snapshot::fresh(&self.acme.services, project).await.unwrap()
    }

    async fn login(&self, answer: ResponseTemplate) {
        self.acme.server.reset().await;
        Mock::given(path("/login"))
            .and(body_string_contains("password=pass+word"))
            .respond_with(answer)
            .mount(&self.acme.server)
            .await;
    }

    /// Calls go well with this token alone.
    async fn api_takes(&self, token: &str) {
        Mock::given(path("/api/me"))
            .and(header("authorization", format!("Bearer {token}").as_str()))
            .respond_with(ResponseTemplate::new(200))
            .mount(&self.acme.server)
            .await;
        Mock::given(path("/api/me"))
            .respond_with(ResponseTemplate::new(401))
            .mount(&self.acme.server)
            .await;
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let snapshot = self.snapshot().await;
        let set_up = snapshot.find("acme").unwrap();
        let typed = [("user", "ada"), ("password", "pass word")];
        let typed = typed.map(|(name, value)| (name.to_owned(), Secret::new(value)));
        let values = BTreeMap::from(typed);
        fields::run(
            &self.acme.services,
            &self.user,
            set_up,
            &Intent::default(),
            values,
        )
        .await
    }

    async fn call(&self) -> Result<StatusCode, Error> {
        let snapshot = self.snapshot().await;
        let to = proxy::Addressee {
            integration_type: "acme",
            selector: &Selector::parse(""),
            url: None,
        };
        let request = Outgoing {
            method: Method::GET,
            path_and_query: "me".to_owned(),
            headers: HeaderMap::new(),
            body: OutgoingBody::Buffered(Bytes::new()),
        };
        let answer = proxy::run(&self.acme.services, &snapshot, &self.user, to, request).await;
        answer.map(|answer| answer.status)
    }

    async fn stored(&self, id: server::domain::id::ConnectionId) -> Connection {
        let mut reader = self.acme.services.store.read().await.unwrap();
        reader.connections().lookup(id).await.unwrap().unwrap()
    }
}

fn token(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "access_token": text, "expires_in": 3600 }))
}

#[tokio::test]
async fn what_was_typed_gets_a_token_now_and_again() {
    let world = World::new(LOGIN).await;
    world.login(token("first")).await;
    world.api_takes("first").await;
    let connection = world.connect().await.unwrap();
    assert_eq!(connection.status, ConnectionStatus::Valid);
    assert_eq!(
        connection.expires_at,
        Some(world.acme.services.now() + std::time::Duration::from_secs(3600))
    );
    assert_eq!(world.call().await.unwrap(), StatusCode::OK);

    // A 401 leads to one new token and one more call.
    world.login(token("second")).await;
    world.api_takes("second").await;
    assert_eq!(world.call().await.unwrap(), StatusCode::OK);

    // And so does time, without anybody asking.
    world.login(token("third")).await;
    world.acme.clock.forward(3590);
    let worker = RefreshAhead::default();
    worker.run_due(&world.acme.services).await.unwrap();
    let stored = world.stored(connection.id).await;
    assert_eq!(stored.refreshed_at, Some(world.acme.services.now()));
    assert!(stored.failure.is_none() && stored.status == ConnectionStatus::Valid);
}

#[tokio::test]
async fn a_refusal_stores_nothing_and_shows_no_secret() {
    let world = World::new(LOGIN).await;
    let body = json!({ "error": "nope", "error_description": "pass word is wrong" });
    world
        .login(ResponseTemplate::new(401).set_body_json(body))
        .await;
    let error = world.connect().await.unwrap_err();
    let Error::Provider(ProviderError::Refused(said)) = error else {
        panic!("{error}");
    };
    assert_eq!(said, "nope: [redacted] is wrong");
    let none = world.call().await.unwrap_err();
    assert!(matches!(none, Error::NotConnected(_)), "{none}");
}

#[tokio::test]
async fn a_password_that_was_changed_asks_its_owner() {
    let world = World::new(LOGIN).await;
    world.login(token("first")).await;
    let connection = world.connect().await.unwrap();
    world.acme.clock.forward(3601);
    world.login(ResponseTemplate::new(503)).await;
    let outage = world.call().await.unwrap_err();
    assert!(
        matches!(outage, Error::Provider(ProviderError::Unavailable(_))),
        "{outage}"
    );
    let stored = world.stored(connection.id).await;
    assert_eq!(stored.status, ConnectionStatus::Valid, "an outage passes");

    world.acme.clock.forward(120);
    world.login(ResponseTemplate::new(401)).await;
    let refused = world.call().await.unwrap_err();
    assert!(
        matches!(refused, Error::ReconnectRequired(InvalidReason::KeyRefused)),
        "{refused}"
    );
    let stored = world.stored(connection.id).await;
    assert_eq!(stored.status, ConnectionStatus::NeedsReauth);

    // Whoever types the new one goes on with the same account.
    world.login(token("second")).await;
    world.api_takes("second").await;
    let again = world.connect().await.unwrap();
    assert_eq!(
        (again.id, again.status),
        (connection.id, ConnectionStatus::Valid)
    );
    assert_eq!(world.call().await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn a_company_s_client_is_an_operator_s_to_mend() {
    let world =
        World::new("type = \"oauth2_client_credentials\"\ntoken_url = \"BASE/login\"").await;
    let answer = |template: ResponseTemplate| async {
        world.acme.server.reset().await;
        Mock::given(path("/login"))
            .respond_with(template)
            .mount(&world.acme.server)
            .await;
    };
    answer(token("first")).await;
    let snapshot = world.snapshot().await;
    let set_up = snapshot.find("acme").unwrap();
    let intent = Intent::default();
    let services = &world.acme.services;
    let connection = fields::run(services, &world.user, set_up, &intent, BTreeMap::new()).await;
    let connection = connection.unwrap();
    world.acme.clock.forward(3601);
    let body = json!({ "error": "invalid_client" });
    answer(ResponseTemplate::new(401).set_body_json(body)).await;
    let refused = world.call().await.unwrap_err();
    assert!(
        matches!(refused, Error::Provider(ProviderError::ClientRefused(_))),
        "{refused}"
    );
    let stored = world.stored(connection.id).await;
    assert_eq!(stored.status, ConnectionStatus::Valid);

    // There is no window to open.
    let none = open::begin(
        services,
        &world.user,
        set_up,
        BTreeMap::new(),
        Intent::default(),
        open::Beginning::default(),
    );
    assert!(matches!(none.await, Err(Error::Invalid { .. })));
}
