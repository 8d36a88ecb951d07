//! Connections in, each checked with its provider, and out again, encrypted.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{
    access::Staff,
    domain::{connection::ConnectionStatus, secret::Secret},
    use_cases::{credential, integrations},
};
use tempfile::TempDir;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path},
};

use super::{USER, World};
use crate::{
    contract::stories,
    support::{
        process::{self, Server, refusal, run},
        store::Database,
    },
};

stories!(
    rows_are_checked_and_taken_one_by_one,
    a_nango_export_is_taken,
    what_is_exported_opens_with_its_key_alone_and_comes_back,
);

/// An OAuth provider: tokens that begin with `good` work, `good-refresh` is good once.
#[derive(Clone, Default)]
struct OAuth {
    refreshes: Arc<AtomicUsize>,
}

impl Respond for OAuth {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.url.path() == "/token" {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            if body.contains("refresh_token=away") {
                return ResponseTemplate::new(503);
            }
            let is_first = body.contains("refresh_token=good-refresh")
                && self.refreshes.fetch_add(1, Ordering::SeqCst) == 0;
            if !is_first {
                let refused = json!({ "error": "invalid_grant" });
                return ResponseTemplate::new(400).set_body_json(refused);
            }
            return ResponseTemplate::new(200).set_body_json(json!({
                "access_token": "good-new", "refresh_token": "next", "expires_in": 3600
            }));
        }
        let token = request.headers.get("authorization");
        let token = token.map_or("", |token| token.to_str().unwrap_or_default());
        if token.starts_with("Bearer good") {
            ResponseTemplate::new(200).set_body_json(json!({ "id": token, "name": token }))
        } else {
            ResponseTemplate::new(401)
        }
    }
}

/// The world with an OAuth provider beside the one of keys.
async fn world(database: Database) -> (World, MockServer, OAuth) {
    let provider = MockServer::start().await;
    let oauth = OAuth::default();
    Mock::given(method("POST"))
        .and(path("/token"))
        .respond_with(oauth.clone())
        .mount(&provider)
        .await;
    Mock::given(method("GET"))
        .respond_with(oauth.clone())
        .mount(&provider)
        .await;
    let definition = include_str!("acme.toml").replace("{url}", &provider.uri());
    let extra = TempDir::new().unwrap();
    std::fs::write(extra.path().join("acme.toml"), definition).unwrap();
    let world = World::with_catalog(database, Some(extra.path())).await;
    let right = Staff::console().editor().unwrap();
    let change = integrations::Change {
        active: Some(true),
        client_id: Some("client".to_owned()),
        client_secret: Some(Secret::new("client secret")),
        ..Default::default()
    };
    integrations::set(&world.services, right, world.project, "acme", change)
        .await
        .unwrap();
    (world, provider, oauth)
}

impl World {
    async fn import(&self, file: &str, rows: &Value, more: &[&str]) -> (i32, Value) {
        let file = self.folder.path().join(file);
        std::fs::write(&file, rows.to_string()).unwrap();
        self.import_file(&file.display().to_string(), more).await
    }

    async fn import_file(&self, file: &str, more: &[&str]) -> (i32, Value) {
        let project = self.project.to_string();
        let args = [
            "connection",
            "import",
            "--project",
            &project,
            "--file",
            file,
            "--json",
        ];
        let (code, stdout, stderr) = run(&self.env(), &[&args, more].concat()).await;
        let report = serde_json::from_str(&stdout);
        (code, report.unwrap_or_else(|_| panic!("{stdout}{stderr}")))
    }

    /// A user's credential of an integration, by the names of its fields.
    async fn credential(&self, user: &str, integration: &str) -> Option<Value> {
        let mut reader = self.database.read().await;
        let found = reader
            .integrations()
            .find_by_type(self.project, integration)
            .await;
        let integration = found.unwrap().unwrap();
        let found = reader
            .connections()
            .find(self.project, integration.id, user)
            .await;
        let connection = found.unwrap().into_iter().next()?;
        assert_eq!(connection.status, ConnectionStatus::Valid);
        let live = credential::open(&self.services, connection).unwrap();
        let fields = live.fields.0.iter();
        Some(
            fields
                .map(|(name, value)| (name.clone(), json!(value.expose())))
                .collect(),
        )
    }
}

fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["userId"].as_str().unwrap(),
            row["outcome"].as_str().unwrap(),
        )
    })
    .collect()
}

async fn rows_are_checked_and_taken_one_by_one(database: Database) {
    let (world, _provider, oauth) = world(database).await;
    let over = "2020-01-01T00:00:00Z";
    let tokens = |user: &str, access: &str, refresh: Option<&str>, end: Option<&str>| {
        let mut row = json!({
            "userId": user, "integration": "acme", "expiresAt": end,
            "credential": { "access_token": access }
        });
        if let Some(refresh) = refresh {
            row["credential"]["refresh_token"] = refresh.into();
        }
        row
    };
    let rows = json!([
        { "userId": "key", "integration": "acmekey", "externalId": "k-1", "credential": { "api_key": "sesame" } },
        tokens("fresh", "good-old", Some("unused"), None),
        tokens("over", "good-over", Some("good-refresh"), Some(over)),
        tokens("ended", "bad", None, None),
        tokens("revoked", "bad", Some("dead"), Some(over)),
        tokens("away", "bad", Some("away"), Some(over)),
        tokens("never", "good-over", None, Some(over)),
        { "userId": "nowhere", "integration": "nosuch", "credential": { "api_key": "x" } },
        { "userId": "odd", "integration": "acmekey", "credential": { "nosuch": "top secret" } },
        { "userId": "", "integration": "acmekey", "credential": { "api_key": "x" } },
        { "integration": "acmekey" },
    ]);
    let expected = [
        ("key", "imported"),
        ("fresh", "imported"),
        ("over", "imported"),
        ("ended", "refused"),
        ("revoked", "refused"),
        ("away", "unavailable"),
        ("never", "refused"),
        ("nowhere", "refused"),
        ("odd", "refused"),
        ("", "refused"),
        ("", "refused"),
    ];
    let (code, dry) = world.import("rows.json", &rows, &["--dry-run"]).await;
    assert_ne!(code, 0);
    assert_eq!(outcomes(&dry)[0], ("key", "fits"));
    assert_eq!(
        world.credential("key", "acmekey").await,
        None,
        "nothing was stored"
    );
    assert_eq!(
        oauth.refreshes.load(Ordering::SeqCst),
        0,
        "nobody was asked"
    );

    let (code, report) = world.import("rows.json", &rows, &[]).await;
    assert_ne!(code, 0, "not all were taken");
    assert_eq!(outcomes(&report), expected, "{report:#}");
    assert_eq!(
        (&report["imported"], &report["failed"]),
        (&3.into(), &8.into())
    );
    assert!(!report.to_string().contains("top secret"), "{report}");
    let over = world.credential("over", "acme").await.unwrap();
    assert_eq!(
        over,
        json!({ "access_token": "good-new", "refresh_token": "next" })
    );
    let fresh = world.credential("fresh", "acme").await.unwrap();
    assert_eq!(
        fresh["refresh_token"], "unused",
        "what works is not refreshed"
    );
    for user in ["ended", "revoked", "away", "never"] {
        assert_eq!(world.credential(user, "acme").await, None, "{user}");
    }

    // Once more: what is there stays as it is.
    let (_, again) = world.import("rows.json", &rows, &[]).await;
    assert_eq!(again["imported"], 0, "{again:#}");
    assert_eq!(outcomes(&again)[0], ("key", "exists"));
    let unasked = json!([tokens("unasked", "bad", None, None)]);
    let (code, report) = world.import("more.json", &unasked, &["--no-check"]).await;
    assert_eq!((code, &report["imported"]), (0, &1.into()));
}

async fn a_nango_export_is_taken(database: Database) {
    let (world, _provider, _) = world(database).await;
    let rows = json!({ "connections": [
        {
            "id": 1, "connection_id": "0e5c", "provider_config_key": "acme", "provider": "acme",
            "end_user": { "id": USER }, "metadata": { "plan": "pro" }, "connection_config": {},
            "credentials": {
                "type": "OAUTH2", "access_token": "good-1", "refresh_token": "r",
                "expires_at": null, "raw": { "access_token": "good-1" }
            }
        },
        {
            "connection_id": USER, "provider_config_key": "acmekey",
            "credentials": { "type": "API_KEY", "apiKey": "sesame" }
        },
        {
            "connection_id": "x", "provider_config_key": "acme",
            "credentials": { "type": "OAUTH1", "oauth_token": "t", "oauth_token_secret": "s" }
        },
    ]});
    let (code, report) = world
        .import("nango.json", &rows, &["--format", "nango"])
        .await;
    assert_ne!(code, 0);
    assert_eq!(
        outcomes(&report),
        [(USER, "imported"), (USER, "imported"), ("", "refused")],
        "{report:#}"
    );
    let key = world.credential(USER, "acmekey").await.unwrap();
    assert_eq!(key, json!({ "api_key": "sesame" }));
    let oauth = world.credential(USER, "acme").await.unwrap();
    assert_eq!(
        oauth,
        json!({ "access_token": "good-1", "refresh_token": "r" })
    );

    let server = Server::start(&world.env()).await;
    let (status, body) = server.get(&world.proxied(), &world.token).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    server.stop().await;
}

async fn what_is_exported_opens_with_its_key_alone_and_comes_back(database: Database) {
    let (world, _provider, _) = world(database).await;
    let rows = json!([
        { "userId": USER, "integration": "acmekey", "externalId": "k", "credential": { "api_key": "sesame" } },
        { "userId": "bob", "integration": "acme", "scopes": ["a"], "credential": { "access_token": "good-1" } },
    ]);
    let (code, report) = world.import("rows.json", &rows, &[]).await;
    assert_eq!(code, 0, "{report:#}");
    let at = |name: &str| world.folder.path().join(name).display().to_string();
    let (pair, other) = (
        server::vault::rsa::generate(),
        server::vault::rsa::generate(),
    );
    for (name, text) in [
        ("public.pem", pair.public_key_pem.as_str()),
        ("private.pem", pair.private_key_pem.expose()),
        ("other.pem", other.private_key_pem.expose()),
    ] {
        std::fs::write(at(name), text).unwrap();
    }
    let project = world.project.to_string();
    let export = ["connection", "export", "--project", &project, "--to-key"];
    let said = refusal(&world.env(), &[&export[..], &[&at("private.pem")]].concat()).await;
    assert!(said.contains("not a public RSA key"), "{said}");
    let (public, file) = (at("public.pem"), at("export.jwe"));
    let (code, ..) = run(
        &world.env(),
        &[&export[..], &[&public, "--to", &file]].concat(),
    )
    .await;
    assert_eq!(code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 2);
    for secret in ["sesame", "good-1"] {
        assert!(!text.contains(secret), "{secret}");
    }

    world.database.execute("DELETE FROM connections").await;
    let import = [
        "connection",
        "import",
        "--project",
        &project,
        "--file",
        &file,
    ];
    let said = refusal(&world.env(), &import).await;
    assert!(said.contains("--key-file"), "{said}");
    let said = refusal(
        &world.env(),
        &[&import[..], &["--key-file", &at("other.pem")]].concat(),
    )
    .await;
    assert!(said.contains("another key"), "{said}");
    let (code, report) = world
        .import_file(&file, &["--key-file", &at("private.pem")])
        .await;
    assert_eq!((code, &report["imported"]), (0, &2.into()), "{report:#}");
    let key = world.credential(USER, "acmekey").await.unwrap();
    assert_eq!(key, json!({ "api_key": "sesame" }));
    let listed = ["connection", "list", "--project", &project, "--json"];
    let listed = process::json(&world.env(), &listed).await;
    assert_eq!(
        listed["connections"].as_array().unwrap().len(),
        2,
        "{listed:#}"
    );
}
