//! A code that belongs to an installation, whose number comes beside it in the callback: Sentry
//! (<https://docs.sentry.io/organization/integrations/integration-platform/public-integration>).

use serde_json::{Value, json};
use server::{
    domain::{Timestamp, secret::Secret, token_set::CredentialFields},
    ports::provider::{Client, ProviderClient, Redemption},
};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{method, path},
};

use super::{World, app, credential};

const DEFINITION: &str = r#"
api_base_url = "BASE/api"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "BASE/sentry-apps/ours/external-install/"
token_url = "BASE/installations/${installation_id}/authorizations/"
token_body = "json"
[auth.callback_metadata]
installation_id = "installationId"
[auth.token_response]
access_token = "token"
refresh_token = "refreshToken"
expires_at = "expiresAt"
"#;

#[tokio::test]
async fn the_code_is_exchanged_at_its_installation() {
    let mut world = World::new(DEFINITION).await;
    world
        .metadata
        .insert("installation_id".to_owned(), "a8e5-d37a".to_owned());
    Mock::given(method("POST"))
        .and(path("/installations/a8e5-d37a/authorizations/"))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({
            "token": "at",
            "refreshToken": "rt",
            "expiresAt": "2026-01-01T08:00:00Z",
        })))
        .mount(&world.server)
        .await;
    let (code, fields) = (Secret::new("the-code"), CredentialFields::default());
    let redemption = Redemption {
        code: &code,
        verifier: None,
        redirect_uri: "https://pb.example/cb",
        fields: &fields,
    };
    let client: Client = app();
    let first = world
        .providers
        .redeem(world.target(), &client, redemption)
        .await
        .unwrap();
    assert_eq!(first.access_token.expose(), "at");
    let ends: Timestamp = "2026-01-01T08:00:00Z".parse().unwrap();
    assert_eq!(first.expires_at, Some(ends));

    let held = credential(&[("access_token", "at"), ("refresh_token", "rt")]);
    world
        .providers
        .renew(world.target(), &client, &held)
        .await
        .unwrap();
    let requests = world.server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    let grants: Vec<_> = bodies.iter().map(|body| &body["grant_type"]).collect();
    assert_eq!(grants, ["authorization_code", "refresh_token"]);
    assert_eq!(bodies[0]["code"], "the-code");
    assert_eq!(bodies[1]["refresh_token"], "rt");
    assert_eq!(bodies[1]["client_secret"], "s3cret/key+");
}
