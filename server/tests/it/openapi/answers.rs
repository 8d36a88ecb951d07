//! Real answers against their schemas.

use std::sync::Arc;

use axum::http::Request;
use serde_json::{Value, json};
use server::{
    access::Staff,
    domain::{api_key::ApiScope, id::ProjectId, secret::Secret},
    use_cases::{Services, api_keys, integrations, keys, projects},
};
use tempfile::TempDir;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{any, header},
};

use super::{assert_fits, document};
use crate::support::service::{self, HandClock};

const PROVIDER: &str = r#"slug = "acme"
name = "Acme"
category = "CRM"
api_base_url = "BASE"
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
header = "Authorization"
value = "Bearer ${api_key}"
[verification]
method = "GET"
path = "/me"
account_name = "name"
account_id = "id"
"#;

/// A project with one provider of keys, and a user.
struct World {
    document: Value,
    services: Arc<Services>,
    project: ProjectId,
    token: Secret,
    integration: String,
    _server: MockServer,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let server = MockServer::start().await;
        Mock::given(header("Authorization", "Bearer good"))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({ "id": "1", "name": "Ada" })),
            )
            .mount(&server)
            .await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(401))
            .mount(&server)
            .await;
        let folder = TempDir::new().unwrap();
        let catalog = folder.path().join("catalog");
        std::fs::create_dir(&catalog).unwrap();
        let definition = PROVIDER.replace("BASE", &server.uri());
        std::fs::write(catalog.join("acme.toml"), definition).unwrap();
        let services = service::services(&folder, Arc::new(HandClock::new())).await;
        let editor = || Staff::console().editor().unwrap();
        let row = projects::create(&services, editor(), "Acme").await.unwrap();
        let project = row.environments[0].project_id.parse().unwrap();
        let change = integrations::Change {
            active: Some(true),
            ..Default::default()
        };
        let integration = integrations::set(&services, editor(), project, "acme", change)
            .await
            .unwrap();
        let right = Staff::console().administrator().unwrap();
        let key = keys::create(&services, right, project).await.unwrap();
        let pem = &key.private_key_pem;
        let token = keys::mint(&services, project, Some(key.id), pem, "user-1", 600).unwrap();
        Self {
            document: document(),
            integration: integration.id.to_string(),
            services,
            project,
            token,
            _server: server,
            _folder: folder,
        }
    }

    /// Calls, and holds what is sent and what is answered against the document.
    async fn call(&self, method: &str, end: &str, body: Option<Value>) -> (u16, Value) {
        let (path, query) = end.split_once('?').unwrap_or((end, ""));
        let operation = self.operation(method, path);
        if let Some(body) = &body {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert_fits(
                &self.document,
                schema,
                body,
                &format!("body of {method} {end}"),
            );
        }
        let uri = format!("/projects/{}/{path}?{query}", self.project);
        let request = Request::builder().method(method).uri(uri);
        let token = self.token.expose();
        let (status, answer) = service::call(&self.services, request, token, body.as_ref()).await;
        self.assert_described(
            operation,
            status.as_u16(),
            &answer,
            &format!("{method} {end}"),
        );
        (status.as_u16(), answer)
    }

    fn assert_described(&self, operation: &Value, status: u16, answer: &Value, what: &str) {
        let described = &operation["responses"][status.to_string()];
        assert!(!described.is_null(), "{what} answered {status}: {answer}");
        if let Some(media) = described["content"].get("application/json") {
            assert_fits(&self.document, &media["schema"], answer, what);
        }
    }

    /// The operation whose path fits.
    fn operation(&self, method: &str, path: &str) -> &Value {
        let whole = format!("/projects/id/{path}");
        let parts: Vec<&str> = whole.split('/').collect();
        let fits = |template: &String| {
            let template: Vec<&str> = template.split('/').collect();
            template.len() == parts.len()
                && template
                    .iter()
                    .zip(&parts)
                    .all(|(piece, part)| piece == part || piece.starts_with('{'))
        };
        let paths = self.document["paths"].as_object().unwrap();
        let found = paths.iter().filter(|(template, _)| fits(template));
        // A name goes before a place for any.
        let (_, item) = found
            .min_by_key(|(template, _)| template.matches('{').count())
            .unwrap_or_else(|| panic!("no path for {path}"));
        &item[method.to_lowercase()]
    }

    async fn connect(&self, api_key: &str) -> (u16, Value) {
        let body = json!({
            "integrationId": self.integration,
            "payload": { "api_key": api_key, "skipPostOAuthInputs": true },
            "installOptions": { "externalId": "payroll" },
        });
        self.call("POST", "sdk/credentials", Some(body)).await
    }
}

#[tokio::test]
async fn what_is_answered_is_what_is_described() {
    let world = World::new().await;
    for end in ["sdk/me", "sdk/integrations", "sdk/metadata", "triggers"] {
        assert_eq!(world.call("GET", end, None).await.0, 200, "{end}");
    }
    let meta = json!({ "meta": { "Name": "Ada", "plan": null } });
    assert_eq!(world.call("PATCH", "sdk/me", Some(meta)).await.0, 200);

    let (status, account) = world.connect("good").await;
    assert_eq!(status, 200, "{account}");
    let id = account["id"].as_str().unwrap();
    let account = format!("sdk/credentials/{id}");
    for end in [
        "sdk/me",
        "sdk/credentials",
        "sdk/credentials?integration=acme",
        &account,
    ] {
        assert_eq!(world.call("GET", end, None).await.0, 200, "{end}");
    }
    let settings = json!({ "config": { "sharedSettings": { "a": 1 } } });
    assert_eq!(world.call("PATCH", &account, Some(settings)).await.0, 200);
    let end = format!("{account}/complete-setup");
    let set_up = json!({ "payload": {} });
    assert_eq!(world.call("POST", &end, Some(set_up)).await.0, 200);
    let end = format!("{account}/configurations");
    let new = json!({ "externalId": "europe" });
    assert_eq!(world.call("POST", &end, Some(new)).await.0, 200);
    let notes = json!({ "meta": { "owner": "finance" } });
    assert_eq!(world.call("PATCH", &end, Some(notes)).await.0, 200);
    let event = json!({ "name": "Order placed" });
    assert_eq!(
        world
            .call("POST", "sdk/events/trigger", Some(event))
            .await
            .0,
        201
    );
    let session = "sdk/actions/session-id/none";
    assert_eq!(world.call("GET", session, None).await.0, 200);
    assert_eq!(world.call("DELETE", session, None).await.0, 204);
    let end = format!("sdk/integrations/{}", world.integration);
    assert_eq!(world.call("DELETE", &end, None).await.0, 200);
}

#[tokio::test]
async fn a_back_end_is_answered_as_described() {
    let mut world = World::new().await;
    assert_eq!(world.connect("good").await.0, 200);
    assert_eq!(world.call("GET", "events", None).await.0, 401);
    let right = Staff::console().administrator().unwrap();
    let scopes = ApiScope::ALL.to_vec();
    let made = api_keys::create(&world.services, right, world.project, "test", scopes).await;
    world.token = made.unwrap().secret;
    let (status, page) = world.call("GET", "events?limit=5", None).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(page["events"][0]["type"], "connection.created");
    assert_eq!(page["next"], "1");
    let (_, page) = world.call("GET", "events?after=1", None).await;
    assert_eq!(page, json!({ "events": [], "next": "1" }));
    for end in [
        "events?after=-1",
        "events?after=x",
        "events?limit=0",
        "events?limit=501",
    ] {
        assert_eq!(world.call("GET", end, None).await.0, 422, "{end}");
    }
    // It is no user token.
    assert_eq!(world.call("GET", "sdk/me", None).await.0, 401);
}

#[tokio::test]
async fn refusals_are_described_too() {
    let mut world = World::new().await;
    assert_eq!(world.connect("bad").await.0, 422);
    let end = "sdk/credentials?integration=acme";
    assert_eq!(world.call("GET", end, None).await.0, 409);
    assert_eq!(world.call("GET", "sdk/credentials/none", None).await.0, 404);
    let configurations = "sdk/credentials/none/configurations";
    assert_eq!(world.call("DELETE", configurations, None).await.0, 422);
    assert_eq!(world.call("POST", "sdk/workflows/one", None).await.0, 404);
    let load = json!({ "action": "acme" });
    assert_eq!(world.call("POST", "sdk/actions", Some(load)).await.0, 404);
    world.token = Secret::new("nonsense");
    for end in [
        "sdk/me",
        "sdk/integrations",
        "sdk/credentials",
        "sdk/proxy/acme",
    ] {
        assert_eq!(world.call("GET", end, None).await.0, 401, "{end}");
    }
}
