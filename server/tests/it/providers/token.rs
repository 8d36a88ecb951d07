//! Authorization requests, and token calls that succeed.

use std::collections::HashMap;

use server::{
    domain::{
        Timestamp,
        secret::Secret,
        token_set::{CredentialFields, TokenSet},
    },
    ports::provider::{AuthorizationRequest, Client, ProviderClient, ProviderError, Redemption},
};
use wiremock::{
    Mock, Request, ResponseTemplate,
    matchers::{header, method, path},
};

use super::{NOW, World, app, credential, oauth};

async fn answering(world: &World, at: &str, template: ResponseTemplate) {
    Mock::given(path(at))
        .respond_with(template)
        .mount(&world.server)
        .await;
}

async fn exchange(world: &World) -> Result<TokenSet, ProviderError> {
    let (code, verifier) = (Secret::new("the-code"), Secret::new("the-verifier"));
    let redemption = Redemption {
        code: &code,
        verifier: Some(&verifier),
        redirect_uri: "https://pb.example/cb",
        fields: &CredentialFields::default(),
    };
    let target = world.target();
    world.providers.redeem(target, &app(), redemption).await
}

async fn last_request(world: &World) -> Request {
    world
        .server
        .received_requests()
        .await
        .unwrap()
        .pop()
        .unwrap()
}

fn form(request: &Request) -> HashMap<String, String> {
    url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect()
}

#[tokio::test]
async fn a_code_is_exchanged_with_the_client_in_the_body() {
    let world = World::new(&oauth(
        "token_params = { resource = \"r\" }\ntoken_headers = { X-Version = \"2\" }",
    ))
    .await;
    let body = serde_json::json!({"access_token": "at", "refresh_token": "rt", "expires_in": "3600", "scope": "a b"});
    answering(
        &world,
        "/token",
        ResponseTemplate::new(200).set_body_json(body),
    )
    .await;

    let tokens = exchange(&world).await.unwrap();

    assert_eq!(tokens.access_token.expose(), "at");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "rt");
    assert_eq!(
        tokens.expires_at,
        Some(Timestamp::from_second(NOW + 3600).unwrap())
    );
    assert_eq!(tokens.scopes.unwrap(), ["a", "b"]);
    let request = last_request(&world).await;
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers["x-version"], "2");
    assert_eq!(request.headers["user-agent"], "Patchbay/0.1");
    assert!(!request.headers.contains_key("authorization"));
    let sent = form(&request);
    let expected = [
        ("grant_type", "authorization_code"),
        ("code", "the-code"),
        ("redirect_uri", "https://pb.example/cb"),
        ("code_verifier", "the-verifier"),
        ("client_id", "app id"),
        ("client_secret", "s3cret/key+"),
        ("resource", "r"),
    ];
    assert_eq!(sent.len(), expected.len());
    for (name, value) in expected {
        assert_eq!(sent[name], value);
    }
}

#[tokio::test]
async fn basic_authentication_encodes_both_halves() {
    let world = World::new(&oauth("client_auth = \"basic\"")).await;
    answering(
        &world,
        "/token",
        ResponseTemplate::new(200).set_body_json(serde_json::json!({"access_token": "at"})),
    )
    .await;
    exchange(&world).await.unwrap();
    let request = last_request(&world).await;
    // base64 of `app+id:s3cret%2Fkey%2B`
    assert_eq!(
        request.headers["authorization"],
        "Basic YXBwK2lkOnMzY3JldCUyRmtleSUyQg=="
    );
    let sent = form(&request);
    assert!(!sent.contains_key("client_id") && !sent.contains_key("client_secret"));
}

#[tokio::test]
async fn a_json_body_is_sent_where_the_definition_says_so() {
    let world = World::new(&oauth(
        "token_body = \"json\"\nrefresh_url = \"BASE/renew\"",
    ))
    .await;
    answering(
        &world,
        "/renew",
        ResponseTemplate::new(200).set_body_json(serde_json::json!({"access_token": "new"})),
    )
    .await;
    let refreshed = world
        .providers
        .renew(
            world.target(),
            &app(),
            &credential(&[("refresh_token", "old")]),
        )
        .await
        .unwrap();
    assert_eq!(refreshed.access_token.expose(), "new");
    assert!(refreshed.refresh_token.is_none() && refreshed.expires_at.is_none());
    let request = last_request(&world).await;
    assert_eq!(request.headers["content-type"], "application/json");
    let sent: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let expected = serde_json::json!({"grant_type": "refresh_token", "refresh_token": "old", "client_id": "app id", "client_secret": "s3cret/key+"});
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_form_answer_is_read() {
    let world = World::new(&oauth("expires_in_default = 60")).await;
    let body = "access_token=gho_1&scope=repo%2Cgist&token_type=bearer";
    let kind = "application/x-www-form-urlencoded; charset=utf-8";
    answering(
        &world,
        "/token",
        ResponseTemplate::new(200).set_body_raw(body, kind),
    )
    .await;
    let tokens = exchange(&world).await.unwrap();
    assert_eq!(tokens.access_token.expose(), "gho_1");
    assert_eq!(tokens.scopes.unwrap(), ["repo", "gist"]);
    assert_eq!(
        tokens.expires_at,
        Some(Timestamp::from_second(NOW + 60).unwrap())
    );
}

#[tokio::test]
async fn paths_metadata_and_lookup_are_followed() {
    let world = World::new(&oauth(
        "[auth.token_response]\naccess_token = \"authed_user.access_token\"\nscope = \"authed_user.scope\"\nmetadata = { team_id = \"team.id\" }\n\
         [auth.lookup]\nurl = \"BASE/sites/${team_id}\"\nmetadata = { cloud_id = \"0.id\" }",
    ))
    .await;
    let body = serde_json::json!({"ok": true, "team": {"id": "T/1"}, "authed_user": {"access_token": "xoxp", "scope": "a,b"}});
    answering(
        &world,
        "/token",
        ResponseTemplate::new(200).set_body_json(body),
    )
    .await;
    Mock::given(method("GET"))
        .and(path("/sites/T%2F1"))
        .and(header("authorization", "Bearer xoxp"))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!([{"id": "c-1"}])))
        .mount(&world.server)
        .await;
    let tokens = exchange(&world).await.unwrap();
    assert_eq!(tokens.access_token.expose(), "xoxp");
    assert_eq!(tokens.metadata["team_id"], "T/1");
    assert_eq!(tokens.metadata["cloud_id"], "c-1");
}

#[tokio::test]
async fn a_lookup_that_finds_nothing_is_a_refusal() {
    let world = World::new(&oauth(
        "[auth.lookup]\nurl = \"BASE/sites\"\nmetadata = { cloud_id = \"0.id\" }",
    ))
    .await;
    answering(
        &world,
        "/token",
        ResponseTemplate::new(200).set_body_json(serde_json::json!({"access_token": "at"})),
    )
    .await;
    answering(
        &world,
        "/sites",
        ResponseTemplate::new(200).set_body_json(serde_json::json!([])),
    )
    .await;
    assert!(
        matches!(exchange(&world).await, Err(ProviderError::Refused(reason)) if reason.contains("cloud_id"))
    );
}

async fn revoke(world: &World, kind: &str) -> Result<bool, ProviderError> {
    let held = credential(&[("access_token", "at"), ("refresh_token", "rt")]);
    world
        .providers
        .revoke(world.target(), &app(), &held, kind)
        .await
}

#[tokio::test]
async fn each_token_is_revoked_by_its_name() {
    let world = World::new(&oauth("revocation_url = \"BASE/revoke\"")).await;
    answering(&world, "/revoke", ResponseTemplate::new(200)).await;
    for (kind, token) in [("refresh_token", "rt"), ("access_token", "at")] {
        assert!(revoke(&world, kind).await.unwrap());
        let sent = form(&last_request(&world).await);
        assert_eq!(
            (sent["token"].as_str(), sent["token_type_hint"].as_str()),
            (token, kind)
        );
    }
}

#[tokio::test]
async fn what_a_provider_cannot_revoke_is_told() {
    let world = World::new(&oauth("")).await;
    assert!(
        !revoke(&world, "refresh_token").await.unwrap(),
        "no endpoint"
    );
    let world = World::new(&oauth("revocation_url = \"BASE/revoke\"")).await;
    let body = serde_json::json!({ "error": "unsupported_token_type" });
    let answer = ResponseTemplate::new(400).set_body_json(body);
    answering(&world, "/revoke", answer).await;
    assert!(!revoke(&world, "access_token").await.unwrap());
}

#[tokio::test]
async fn a_failed_revocation_is_told() {
    let world = World::new(&oauth("revocation_url = \"BASE/revoke\"")).await;
    answering(&world, "/revoke", ResponseTemplate::new(503)).await;
    let result = revoke(&world, "access_token").await;
    assert!(matches!(result, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn the_authorization_url_carries_everything() {
    let world = World::new(&oauth(
        "scope_separator = \",\"\nauthorization_params = { prompt = \"con sent\" }",
    ))
    .await;
    // The verifier and challenge of RFC 7636, appendix B.
    let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let request = AuthorizationRequest {
        redirect_uri: "https://pb.example/oauth/callback/1",
        state: &Secret::new("st+ate"),
        verifier: Some(&verifier),
    };
    let client = Client {
        scopes: vec!["a:b".to_owned(), "c".to_owned()],
        ..app()
    };
    let authorized = world
        .providers
        .authorize(world.target(), &client, &request)
        .await
        .unwrap();
    assert!(authorized.kept.0.is_empty());
    let url = authorized.url;
    assert!(
        url.as_str()
            .starts_with(&format!("{}/authorize?tenant=a%20b&", world.server.uri()))
    );
    assert!(!url.query().unwrap().contains('+'));
    let sent: HashMap<_, _> = url.query_pairs().into_owned().collect();
    let expected = [
        ("response_type", "code"),
        ("client_id", "app id"),
        ("redirect_uri", "https://pb.example/oauth/callback/1"),
        ("state", "st+ate"),
        ("scope", "a:b,c"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
        ("prompt", "con sent"),
    ];
    for (name, value) in expected {
        assert_eq!(sent[name], value, "{name}");
    }
}

async fn is_issuer(world: &World, iss: &str) -> bool {
    let target = world.target();
    world
        .providers
        .issuer_matches(target, Some(iss))
        .await
        .unwrap()
}

#[tokio::test]
async fn an_issuer_is_the_declared_one_or_shares_an_origin() {
    let declared = World::new(&oauth("issuer = \"https://acme.com/\"")).await;
    assert!(is_issuer(&declared, "https://acme.com/").await);
    for other in [
        "https://acme.com",
        "https://acme.com/x",
        "https://evil.com/",
        &declared.server.uri(),
    ] {
        assert!(!is_issuer(&declared, other).await, "{other}");
    }
    let open = World::new(&oauth("")).await;
    assert!(is_issuer(&open, &format!("{}/realm", open.server.uri())).await);
    for other in ["https://evil.com", "http://127.0.0.1:1", "data:x", ""] {
        assert!(!is_issuer(&open, other).await, "{other}");
    }
    let silent = open.providers.issuer_matches(open.target(), None).await;
    assert!(silent.unwrap(), "nobody promised one");
}
