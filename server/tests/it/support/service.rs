//! Services and their routes in one process, by a clock that tests put forward.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    body::Body,
    http::{StatusCode, header, request},
};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{
    config::Shared,
    domain::{Timestamp, secret::Secret},
    http::{AppState, Door},
    ports::clock::Clock,
    providers::{client::HttpProviderClient, egress::Egress},
    runtime::{self, Addresses, Purpose},
    use_cases::Services,
};
use tempfile::TempDir;
use tower::ServiceExt;

/// 2026-01-01T00:00:00Z: where the clock stands at first.
pub const NOW: i64 = 1_767_225_600;

/// An encryption key, Base64.
pub const KEY: &str = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(NOW))
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Services on a SQLite file in `folder`, which also holds definitions where it has a folder
/// `catalog`. They may call 127.0.0.1.
pub async fn services(folder: &TempDir, clock: Arc<HandClock>) -> Arc<Services> {
    let catalog = folder.path().join("catalog");
    let shared = Shared {
        database_url: Secret::new(format!("sqlite://{}/test.db", folder.path().display())),
        encryption_key: Some(Secret::new(KEY)),
        encryption_key_file: None,
        encryption_key_command: None,
        catalog_dir: catalog.exists().then_some(catalog),
        egress_allow: vec!["127.0.0.1/32".parse().unwrap()],
        public_url: None,
    };
    let addresses = Addresses::of_command(&shared).unwrap();
    let mut services = runtime::services(&shared, &addresses, Purpose::Command)
        .await
        .unwrap();
    let egress = Egress::new(shared.egress_allow, Vec::new());
    let own = Arc::get_mut(&mut services).expect("nobody else has it");
    own.providers = Arc::new(HttpProviderClient::new(egress, clock.clone()));
    own.clock = clock;
    services
}

/// Sends a request with a user token to the routes. An answer without a body is null.
pub async fn call(
    services: &Arc<Services>,
    request: request::Builder,
    token: &str,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let request = request
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let app = Door::new(AppState::new(services.clone(), false));
    let answer = app.oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    if body.is_empty() {
        return (status, Value::Null);
    }
    (status, serde_json::from_slice(&body).unwrap())
}
