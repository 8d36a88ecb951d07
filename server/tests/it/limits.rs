//! Budgets of requests, at the doors that they stand at.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{
    access::Staff,
    http::{AppState, Door, limits::Rates},
    use_cases::keys::{self, Created},
};
use tower::ServiceExt;

use crate::support::acme::Acme;

/// A server with budgets, and a project.
struct World {
    acme: Acme,
    door: Door,
    key: Created,
}

impl World {
    async fn new(rates: Rates) -> Self {
        let acme = Acme::new("").await;
        let right = Staff::console().administrator().unwrap();
        let key = keys::create(&acme.services, right, acme.project.id).await;
        let key = key.unwrap();
        let door = Door::new(AppState::limited(acme.services.clone(), false, rates));
        Self { acme, door, key }
    }

    fn token(&self, user: &str) -> String {
        let (services, project) = (&self.acme.services, self.acme.project.id);
        let (id, pem) = (self.key.id, &self.key.private_key_pem);
        let token = keys::mint(services, project, Some(id), pem, user, 3600);
        token.unwrap().expose().to_owned()
    }

    async fn get(&self, path: &str, token: &str) -> (StatusCode, HeaderMap, Value) {
        let mut request = Request::get(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = self.door.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        (parts.status, parts.headers, body)
    }

    /// A path below the project's part of the API.
    fn path(&self, rest: &str) -> String {
        format!("/projects/{}/sdk/{rest}", self.acme.project.id)
    }
}

#[tokio::test]
async fn a_user_who_asks_too_often_is_told_when_to_go_on() {
    let rates = Rates {
        user: 1,
        ..Rates::default()
    };
    let world = World::new(rates).await;
    let (ada, bob) = (world.token("ada"), world.token("bob"));
    for left in (0..10).rev() {
        let (status, headers, _) = world.get(&world.path("me"), &ada).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["ratelimit-policy"], "\"user\";q=10;w=10");
        let told = headers["ratelimit"].to_str().unwrap();
        assert!(told.starts_with(&format!("\"user\";r={left};")), "{told}");
        assert!(!headers.contains_key(header::RETRY_AFTER));
    }
    // Whichever door it is.
    for path in ["me", "integrations", "proxy/acme/me"] {
        let (status, headers, body) = world.get(&world.path(path), &ada).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path}: {body}");
        assert_eq!(body["code"], "too_many_requests");
        let wait: u64 = headers[header::RETRY_AFTER]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    }
    let (status, ..) = world.get(&world.path("me"), &bob).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn users_of_a_project_share_its_budget() {
    let rates = Rates {
        project: 1,
        ..Rates::default()
    };
    let world = World::new(rates).await;
    for user in 0..10 {
        let token = world.token(&format!("user-{user}"));
        let (status, ..) = world.get(&world.path("me"), &token).await;
        assert_eq!(status, StatusCode::OK);
    }
    let token = world.token("one more");
    let (status, headers, _) = world.get(&world.path("me"), &token).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(headers["ratelimit-policy"], "\"project\";q=10;w=10");
}

#[tokio::test]
async fn an_address_is_counted_before_anything_is_known_of_it() {
    let rates = Rates {
        address: 1,
        ..Rates::default()
    };
    let world = World::new(rates).await;
    for _ in 0..10 {
        let (status, ..) = world.get(&world.path("me"), "nonsense").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    for path in [
        &world.path("me"),
        &world.path("proxy/acme/me"),
        "/sign-in",
        "/nowhere",
    ] {
        let (status, headers, _) = world.get(path, "nonsense").await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(headers.contains_key(header::RETRY_AFTER), "{path}");
    }
    // Whoever looks after the server is not kept out.
    let (status, ..) = world.get("/health/ready", "").await;
    assert_eq!(status, StatusCode::OK);
}
