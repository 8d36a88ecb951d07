//! Credentials that travel in the body of a call.

use bytes::Bytes;
use futures::stream;
use http::Method;
use serde_json::json;
use server::{
    domain::definition::{Definition, Rules},
    ports::provider::{Client, Outgoing, OutgoingBody, ProviderClient, ProviderError},
};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_json, method},
};

use super::{
    World, credential,
    forward::{forward, outgoing},
};

const DEFINITION: &str = r#"
api_base_url = "BASE/api"
[[auth]]
type = "api_key"
[[auth.fields]]
name = "api_key"
label = "API key"
secret = true
[auth.inject]
body = "key"
value = "${api_key}"
[verification]
method = "POST"
path = "/ping"
"#;

fn post(body: OutgoingBody) -> Outgoing {
    Outgoing {
        body,
        ..outgoing(
            Method::POST,
            "send",
            &[("content-type", "application/json")],
        )
    }
}

async fn answering() -> World {
    let world = World::new(DEFINITION).await;
    Mock::given(method("POST"))
        .and(body_json(json!({ "key": "key-1", "to": "ada" })))
        .respond_with(ResponseTemplate::new(200))
        .mount(&world.server)
        .await;
    world
}

#[tokio::test]
async fn it_joins_what_the_caller_sends_in_one_piece_or_in_parts() {
    let world = answering().await;
    let whole = OutgoingBody::Buffered(Bytes::from_static(b"{\"to\":\"ada\"}"));
    assert_eq!(forward(&world, post(whole)).await.unwrap().status, 200);
    let parts = ["{\"to\"", ":\"ada\"}"].map(|part| Ok(Bytes::from(part)));
    let parts = OutgoingBody::Stream(Box::pin(stream::iter(parts)), Some(12));
    assert_eq!(forward(&world, post(parts)).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_call_that_has_no_place_for_it_is_not_made() {
    let world = answering().await;
    let list = post(OutgoingBody::Buffered(Bytes::from_static(b"[1]")));
    for call in [outgoing(Method::GET, "list", &[]), list] {
        let Err(ProviderError::Refused(said)) = forward(&world, call).await else {
            panic!("it was let through");
        };
        assert!(said.contains("body") && !said.contains("key-1"), "{said}");
    }
    assert!(world.server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_is_checked_in_the_body_too() {
    let world = World::new(DEFINITION).await;
    Mock::given(method("POST"))
        .and(body_json(json!({ "key": "key-1" })))
        .respond_with(ResponseTemplate::new(200))
        .mount(&world.server)
        .await;
    let nobody = Client::default();
    let check = |key| {
        let fields = credential(&[("api_key", key)]);
        let (world, nobody) = (&world, &nobody);
        async move {
            world
                .providers
                .verify(world.target(), nobody, &fields)
                .await
        }
    };
    check("key-1").await.unwrap();
    assert!(matches!(
        check("key-2").await,
        Err(ProviderError::Refused(_))
    ));
}

#[test]
fn a_verification_without_a_body_is_a_mistake() {
    let text = format!("slug = \"acme\"\nname = \"Acme\"\ncategory = \"CRM\"\n{DEFINITION}")
        .replace("BASE", "https://acme.com")
        .replace("\"POST\"", "\"GET\"");
    let error = Definition::parse("acme.toml", &text, &Rules::default()).unwrap_err();
    assert_eq!(error.field, "verification.method");
    assert_eq!(error.line, 16);
}
