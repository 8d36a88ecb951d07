//! Tokens of identity providers, against a server that publishes keys.

mod adding;
mod kept;
mod refused;
mod taken;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::{Request, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use server::{
    access::Staff,
    domain::id::ProjectId,
    use_cases::{
        Services,
        issuers::{self, IdentityProvider},
        projects,
    },
};
use tempfile::TempDir;
use wiremock::{Mock, MockServer, Request as Received, Respond, ResponseTemplate, matchers::any};

use crate::support::service::{self, HandClock, NOW};

const AUDIENCE: &str = "acme-app";

/// A key pair with the `kid` under which it is published.
struct Pair {
    kid: &'static str,
    key: EncodingKey,
    jwk: Value,
    public_pem: String,
}

impl Pair {
    fn new(kid: &'static str) -> Self {
        let pair = server::vault::rsa::generate();
        let key = EncodingKey::from_rsa_pem(pair.private_key_pem.expose().as_bytes()).unwrap();
        let mut jwk = json!(Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap());
        jwk["kid"] = kid.into();
        Self {
            kid,
            key,
            jwk,
            public_pem: pair.public_key_pem,
        }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// What the issuer answers at the moment.
#[derive(Clone)]
struct Publishing(Arc<Mutex<ResponseTemplate>>);

impl Respond for Publishing {
    fn respond(&self, _: &Received) -> ResponseTemplate {
        self.0.lock().unwrap().clone()
    }
}

/// An issuer that listens on loopback, and a project that takes its tokens.
struct World {
    server: MockServer,
    publishing: Publishing,
    services: Arc<Services>,
    clock: Arc<HandClock>,
    project: ProjectId,
    _folder: TempDir,
}

impl World {
    async fn new(keys: &[&Pair]) -> Self {
        let world = Self::without_issuer(keys).await;
        world.add(world.provider()).await.unwrap();
        world
    }

    async fn without_issuer(keys: &[&Pair]) -> Self {
        let server = MockServer::start().await;
        let publishing = Publishing(Arc::new(Mutex::new(published(keys))));
        Mock::given(any())
            .respond_with(publishing.clone())
            .mount(&server)
            .await;
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(HandClock::new());
        let services = service::services(&folder, clock.clone()).await;
        let right = Staff::console().editor().unwrap();
        let row = projects::create(&services, right, "Acme").await.unwrap();
        Self {
            server,
            publishing,
            project: row.environments[0].project_id.parse().unwrap(),
            services,
            clock,
            _folder: folder,
        }
    }

    fn provider(&self) -> IdentityProvider {
        IdentityProvider {
            issuer: self.server.uri(),
            jwks_url: Some(format!("{}/keys", self.server.uri())),
            audience: AUDIENCE.to_owned(),
            user_claim: "sub".to_owned(),
        }
    }

    async fn add(&self, provider: IdentityProvider) -> server::use_cases::Result<IdentityProvider> {
        let right = Staff::console().administrator().unwrap();
        issuers::add(&self.services, right, self.project, provider).await
    }

    fn publish(&self, answer: ResponseTemplate) {
        *self.publishing.0.lock().unwrap() = answer;
    }

    fn forward(&self, seconds: i64) {
        self.clock.forward(seconds);
    }

    /// How often the issuer was asked.
    async fn asked(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }

    /// Claims of a token in order, for ten hours.
    fn claims(&self) -> Value {
        json!({
            "iss": self.server.uri(),
            "aud": AUDIENCE,
            "sub": "ada",
            "iat": NOW,
            "exp": NOW + 36_000,
        })
    }

    async fn me(&self, token: &str) -> (StatusCode, Value) {
        let request = Request::get(format!("/projects/{}/sdk/me", self.project));
        service::call(&self.services, request, token, None).await
    }

    async fn status(&self, token: &str) -> u16 {
        self.me(token).await.0.as_u16()
    }
}

fn published(keys: &[&Pair]) -> ResponseTemplate {
    let keys: Vec<_> = keys.iter().map(|pair| &pair.jwk).collect();
    ResponseTemplate::new(200).set_body_json(json!({ "keys": keys }))
}

fn slowly(answer: ResponseTemplate) -> ResponseTemplate {
    answer.set_delay(Duration::from_millis(100))
}
