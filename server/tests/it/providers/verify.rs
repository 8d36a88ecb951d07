//! The call that proves a credential.

use server::{
    domain::token_set::Account,
    ports::provider::{ProviderClient, ProviderError},
};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{header, method, path, query_param},
};

use super::{World, api_key, app, credential};

const VERIFICATION: &str =
    "[verification]\npath = \"/me\"\naccount_name = \"user.email\"\naccount_id = \"user.id\"";

async fn verify(world: &World, key: &str) -> Result<Account, ProviderError> {
    world
        .providers
        .verify(world.target(), &app(), &credential(&[("api_key", key)]))
        .await
}

#[tokio::test]
async fn the_account_is_read_from_the_answer() {
    let world = World::new(&api_key(VERIFICATION)).await;
    let body = serde_json::json!({"user": {"id": 42, "email": "ann@acme.com\n"}});
    Mock::given(method("GET"))
        .and(path("/api/me"))
        .and(header("authorization", "Bearer key-1"))
        .and(header("accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .expect(1)
        .mount(&world.server)
        .await;
    let account = verify(&world, "key-1").await.unwrap();
    assert_eq!(account.id.as_deref(), Some("42"));
    assert_eq!(account.name.as_deref(), Some("ann@acme.com"));
}

#[tokio::test]
async fn without_a_verification_nothing_is_called() {
    let world = World::new(&api_key("")).await;
    assert_eq!(verify(&world, "key-1").await.unwrap(), Account::default());
    assert!(world.server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_tells_the_providers_reason_and_an_outage_is_none() {
    let cases = [
        (
            401,
            r#"{"message":"Invalid API Key key-12345"}"#,
            Some("the provider refused: Invalid API Key [redacted]"),
        ),
        (
            403,
            r#"{"error":{"message":"No access"}}"#,
            Some("the provider refused: No access"),
        ),
        (
            400,
            r#"{"errors":[{"message":"Bad key"}]}"#,
            Some("the provider refused: Bad key"),
        ),
        (404, "{}", Some("the provider refused: status 404")),
        (
            200,
            r#"{"ok":false,"error":"invalid_auth"}"#,
            Some("the provider refused: invalid_auth"),
        ),
        (200, r#"{"ok":false,"error":"ratelimited"}"#, None),
        (429, r#"{"message":"slow down"}"#, None),
        (500, r#"{"message":"oops"}"#, None),
        (302, "", None),
    ];
    for (status, body, expected) in cases {
        let world = World::new(&api_key(VERIFICATION)).await;
        let template = ResponseTemplate::new(status).set_body_raw(body, "application/json");
        Mock::given(path("/api/me"))
            .respond_with(template)
            .mount(&world.server)
            .await;
        let error = verify(&world, "key-12345").await.unwrap_err();
        match expected {
            Some(message) => assert_eq!(error.to_string(), message),
            None => assert!(
                matches!(error, ProviderError::Unavailable(_)),
                "{status} {body}: {error}"
            ),
        }
    }
}

#[tokio::test]
async fn basic_fills_the_address_and_the_header() {
    let world = World::new(
        "api_base_url = \"BASE/api\"\n[[auth]]\ntype = \"basic\"\nusername = \"${sid}\"\npassword = \"${token}\"\n\
         [[auth.fields]]\nname = \"sid\"\nlabel = \"SID\"\n[[auth.fields]]\nname = \"token\"\nlabel = \"Token\"\nsecret = true\n\
         [verification]\nmethod = \"POST\"\npath = \"/accounts/${sid}.json?full=1\"",
    )
    .await;
    Mock::given(method("POST"))
        .and(path("/api/accounts/AC1.json"))
        .and(query_param("full", "1"))
        // base64 of `AC1:tok`
        .and(header("authorization", "Basic QUMxOnRvaw=="))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&world.server)
        .await;
    let held = credential(&[("sid", "AC1"), ("token", "tok")]);
    world
        .providers
        .verify(world.target(), &app(), &held)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_key_in_the_query_is_sent_there_and_told_nowhere() {
    let text = api_key(VERIFICATION)
        .replace("header = \"Authorization\"", "query = \"key\"")
        .replace("Bearer ", "");
    let world = World::new(&text).await;
    Mock::given(query_param("key", "key&12345"))
        .respond_with(ResponseTemplate::new(401).set_body_raw("bad key=key%2612345", "text/plain"))
        .mount(&world.server)
        .await;
    let error = verify(&world, "key&12345").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the provider refused: bad key=[redacted]"
    );
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_without_a_call() {
    let world = World::new(&api_key(VERIFICATION)).await;
    assert!(matches!(
        verify(&world, "a\nb").await,
        Err(ProviderError::Refused(_))
    ));
    assert!(world.server.received_requests().await.unwrap().is_empty());
}
