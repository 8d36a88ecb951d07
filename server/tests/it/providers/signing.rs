//! Calls that carry a signature, and those that show a certificate.

use std::collections::HashMap;

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use server::{
    domain::{secret::Secret, token_set::CredentialFields},
    ports::provider::{
        AuthorizationRequest, Incoming, Outgoing, OutgoingBody, ProviderClient, ProviderError,
        Redemption,
    },
};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::path};

use super::{World, app, credential, forward::text};

fn with(auth: &str) -> String {
    format!("api_base_url = \"BASE/api\"\n[[auth]]\n{auth}\n")
}

const OAUTH1: &str = r#"type = "oauth1"
request_token_url = "BASE/request"
authorization_url = "BASE/authorize?lang=en"
token_url = "BASE/access"
callback_metadata = { org = "org" }"#;

const SIGV4: &str = r#"type = "aws_sigv4"
[[auth.fields]]
name = "access_key_id"
label = "Access key ID"
[[auth.fields]]
name = "secret_access_key"
label = "Secret access key"
secret = true
[auth.sigv4]
service = "SERVICE"
region = "eu-central-1""#;

/// What an `Authorization: OAuth` header says (RFC 5849 §3.5.1).
fn oauth_header(request: &Request) -> HashMap<String, String> {
    let value = request.headers["authorization"].to_str().unwrap();
    let value = value.strip_prefix("OAuth ").unwrap();
    let decoded = |text: &str| {
        let pair = format!("x={text}");
        let found = url::form_urlencoded::parse(pair.as_bytes()).next();
        found.unwrap().1.into_owned()
    };
    value
        .split(", ")
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap();
            (name.to_owned(), decoded(value.trim_matches('"')))
        })
        .collect()
}

async fn answering(world: &World, at: &str, body: &str) {
    // Vendors call a form many things.
    Mock::given(path(at))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/html"))
        .mount(&world.server)
        .await;
}

async fn last(world: &World) -> Request {
    let requests = world.server.received_requests().await.unwrap();
    requests.into_iter().last().unwrap()
}

#[tokio::test]
async fn three_legs_lead_to_a_signed_call() {
    let world = World::new(&with(OAUTH1)).await;
    answering(
        &world,
        "/request",
        "oauth_token=temp&oauth_token_secret=ts&oauth_callback_confirmed=true",
    )
    .await;
    answering(&world, "/access", "oauth_token=tok&oauth_token_secret=sec").await;
    answering(&world, "/api/me", "ok").await;

    let request = AuthorizationRequest {
        redirect_uri: "https://pb.example/cb",
        state: &Secret::new("the+state"),
        verifier: None,
    };
    let target = world.target();
    let authorized = world.providers.authorize(target, &app(), &request).await;
    let authorized = authorized.unwrap();
    assert_eq!(
        authorized.url.as_str(),
        format!("{}/authorize?lang=en&oauth_token=temp", world.server.uri())
    );
    let asked = oauth_header(&last(&world).await);
    assert_eq!(
        asked["oauth_callback"],
        "https://pb.example/cb?state=the%2Bstate"
    );
    assert_eq!(asked["oauth_consumer_key"], "app id");
    assert!(!asked.contains_key("oauth_token"));

    let redemption = Redemption {
        code: &Secret::new("the-verifier"),
        verifier: None,
        redirect_uri: "https://pb.example/cb",
        fields: &authorized.kept,
    };
    let got = world.providers.redeem(target, &app(), redemption).await;
    let got = got.unwrap();
    let asked = oauth_header(&last(&world).await);
    assert_eq!(asked["oauth_token"], "temp");
    assert_eq!(asked["oauth_verifier"], "the-verifier");
    assert_eq!(got.access_token.expose(), "tok");
    assert_eq!(got.expires_at, None);

    let held = CredentialFields::default().with_tokens(&got);
    let call = outgoing(Method::GET, "me?a=b", OutgoingBody::Buffered(Bytes::new()));
    let answer = world.providers.forward(target, &app(), &held, call).await;
    assert_eq!(text(answer.unwrap()).await, "ok");
    let signed = oauth_header(&last(&world).await);
    assert_eq!(signed["oauth_token"], "tok");
    assert_eq!(signed["oauth_signature_method"], "HMAC-SHA1");
    let whole = format!("{:?}", last(&world).await.headers);
    for secret in ["sec", "s3cret"] {
        assert!(!whole.contains(secret), "{whole}");
    }
}

fn outgoing(method: Method, path_and_query: &str, body: OutgoingBody) -> Outgoing {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    Outgoing {
        method,
        path_and_query: path_and_query.to_owned(),
        headers,
        body,
    }
}

async fn aws(service: &str) -> World {
    let world = World::new(&with(&SIGV4.replace("SERVICE", service))).await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_string("ok"))
        .mount(&world.server)
        .await;
    world
}

async fn call(world: &World, outgoing: Outgoing) -> Result<Incoming, ProviderError> {
    let held = credential(&[
        ("access_key_id", "AKID"),
        ("secret_access_key", "hush-hush"),
    ]);
    let target = world.target();
    world
        .providers
        .forward(target, &app(), &held, outgoing)
        .await
}

fn streamed(text: &'static str) -> OutgoingBody {
    let stream = stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
    OutgoingBody::Stream(stream.boxed(), None)
}

#[tokio::test]
async fn a_signature_covers_what_is_sent() {
    let world = aws("execute-api").await;
    call(
        &world,
        outgoing(Method::POST, "items?b=2&a=x+y", streamed("body")),
    )
    .await
    .unwrap();
    let request = last(&world).await;
    assert_eq!(request.body, b"body");
    assert_eq!(request.url.query(), Some("b=2&a=x%20y"));
    let value = request.headers["authorization"].to_str().unwrap();
    assert!(
        value.starts_with(
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-central-1/execute-api/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, Signature="
        ),
        "{value}"
    );
    assert_eq!(request.headers["x-amz-date"], "20260101T000000Z");

    let s3 = aws("s3").await;
    call(&s3, outgoing(Method::PUT, "key", streamed("body")))
        .await
        .unwrap();
    let request = last(&s3).await;
    assert_eq!(request.headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
}

#[tokio::test]
async fn another_origin_sees_no_signature() {
    let stranger = MockServer::start().await;
    Mock::given(path("/there"))
        .respond_with(ResponseTemplate::new(200).set_body_string("there"))
        .mount(&stranger)
        .await;
    let world = World::new(&with(&SIGV4.replace("SERVICE", "execute-api"))).await;
    let moved = |to: String| ResponseTemplate::new(302).insert_header("location", to);
    Mock::given(path("/api/a"))
        .respond_with(moved("/api/b".to_owned()))
        .mount(&world.server)
        .await;
    Mock::given(path("/api/b"))
        .respond_with(moved(format!("{}/there", stranger.uri())))
        .mount(&world.server)
        .await;
    let empty = OutgoingBody::Buffered(Bytes::new());
    let answer = call(&world, outgoing(Method::GET, "a", empty)).await;
    assert_eq!(text(answer.unwrap()).await, "there");
    let [first, second] = &world.server.received_requests().await.unwrap()[..] else {
        panic!("two calls of the provider");
    };
    assert_ne!(
        first.headers["authorization"], second.headers["authorization"],
        "each address has a signature of its own"
    );
    let seen = stranger.received_requests().await.unwrap();
    assert!(!seen[0].headers.contains_key("authorization"));
    assert!(!seen[0].headers.contains_key("x-amz-date"));
}

#[tokio::test]
async fn a_certificate_that_is_none_is_a_refusal_that_shows_nothing() {
    let world = World::new(&with(
        r#"type = "mtls"
[[auth.fields]]
name = "certificate"
label = "Certificate"
multiline = true
[[auth.fields]]
name = "private_key"
label = "Key"
secret = true
multiline = true
[auth.tls]"#,
    ))
    .await;
    let pair = server::vault::rsa::generate();
    let key = pair.private_key_pem.expose();
    let other = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n";
    for (certificate, key) in [("hush", key), (other, "hush"), (other, key)] {
        let held = credential(&[("certificate", certificate), ("private_key", key)]);
        let call = outgoing(Method::GET, "me", OutgoingBody::Buffered(Bytes::new()));
        let answer = world
            .providers
            .forward(world.target(), &app(), &held, call)
            .await;
        let error = answer.err().unwrap();
        assert!(
            matches!(&error, ProviderError::Refused(said) if !said.contains("hush")),
            "{error}"
        );
    }
    assert!(world.server.received_requests().await.unwrap().is_empty());
}
