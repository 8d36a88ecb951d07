//! Proxied calls.

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;
use server::ports::provider::{Incoming, Outgoing, OutgoingBody, ProviderClient, ProviderError};
use wiremock::{
    Mock, Request, ResponseTemplate,
    matchers::{any, path},
};

use super::{World, api_key, app, credential};

pub fn outgoing(
    method: Method,
    path_and_query: &str,
    headers: &[(&'static str, &'static str)],
) -> Outgoing {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    Outgoing {
        method,
        path_and_query: path_and_query.to_owned(),
        headers: map,
        body: OutgoingBody::Buffered(Bytes::new()),
    }
}

pub async fn forward(world: &World, outgoing: Outgoing) -> Result<Incoming, ProviderError> {
    let held = credential(&[("api_key", "key-1")]);
    world
        .providers
        .forward(world.target(), &app(), &held, outgoing)
        .await
}

pub async fn text(incoming: Incoming) -> String {
    let body = incoming.body.collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn only_request(world: &World) -> Request {
    let mut requests = world.server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

async fn answering(world: &World, template: ResponseTemplate) {
    Mock::given(any())
        .respond_with(template)
        .mount(&world.server)
        .await;
}

#[tokio::test]
async fn the_call_arrives_as_it_was_made_with_the_credential() {
    let world = World::new(&api_key(
        "[headers]\nAcme-Version = \"1\"\nAcme-Mode = \"live\"\nAccept = \"application/json\"",
    ))
    .await;
    answering(&world, ResponseTemplate::new(201).set_body_string("made")).await;
    let mut call = outgoing(
        Method::POST,
        "things/a%2Fb//c?x=1+2&y=%2F&x=3",
        &[
            ("authorization", "Bearer of the user"),
            ("cookie", "session=1"),
            ("origin", "https://app.example.com"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-patchbay-credential", "1"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("acme-mode", "test"),
            ("accept", "*/*"),
            ("content-type", "text/plain"),
        ],
    );
    call.body = OutgoingBody::Buffered(Bytes::from_static(b"hello"));
    let answer = forward(&world, call).await.unwrap();
    assert_eq!(answer.status, 201);
    assert_eq!(text(answer).await, "made");

    let request = only_request(&world).await;
    let sent = &request.url[url::Position::BeforePath..];
    assert_eq!(sent, "/api/things/a%2Fb//c?x=1+2&y=%2F&x=3");
    assert_eq!(request.body, b"hello");
    let mut names: Vec<&str> = request.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "acme-mode",
            "acme-version",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "user-agent"
        ]
    );
    assert_eq!(request.headers["authorization"], "Bearer key-1");
    assert_eq!(request.headers["acme-version"], "1");
    assert_eq!(
        request.headers["acme-mode"], "test",
        "the caller's word counts"
    );
    assert_eq!(
        request.headers["accept"], "application/json",
        "*/* says nothing"
    );
    assert_eq!(request.headers["content-length"], "5");
}

#[tokio::test]
async fn the_answer_comes_back_as_it_was_given() {
    let world = World::new(&api_key("")).await;
    let template = ResponseTemplate::new(429)
        .insert_header("retry-after", "7")
        .insert_header("content-encoding", "gzip")
        .insert_header("set-cookie", "a=b")
        .insert_header("connection", "x-internal")
        .insert_header("x-internal", "1")
        .set_body_raw(vec![0x1f, 0x8b, 0xff], "application/json");
    answering(&world, template).await;
    let answer = forward(&world, outgoing(Method::GET, "x", &[]))
        .await
        .unwrap();
    assert_eq!(answer.status, 429);
    assert_eq!(answer.headers["retry-after"], "7");
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(!answer.headers.contains_key("x-internal"));
    let body = answer.body.collect().await.unwrap().to_bytes();
    assert_eq!(body.as_ref(), [0x1f, 0x8b, 0xff], "not unpacked");
}

#[tokio::test]
async fn a_stream_is_sent_with_and_without_a_length() {
    for length in [Some(6), None] {
        let world = World::new(&api_key("")).await;
        answering(&world, ResponseTemplate::new(200)).await;
        let chunks = [Bytes::from_static(b"abc"), Bytes::from_static(b"def")];
        let mut call = outgoing(Method::PUT, "file", &[("content-length", "999")]);
        call.body = OutgoingBody::Stream(stream::iter(chunks.map(Ok)).boxed(), length);
        forward(&world, call).await.unwrap();
        let request = only_request(&world).await;
        assert_eq!(request.body, b"abcdef");
        let sent = request
            .headers
            .get("content-length")
            .map(|value| value.to_str().unwrap());
        assert_eq!(sent, length.map(|_| "6"));
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_an_error() {
    let world = World::new(&api_key("")).await;
    answering(&world, ResponseTemplate::new(200)).await;
    let chunks = [
        Ok(Bytes::from_static(b"abc")),
        Err(std::io::Error::other("gone")),
    ];
    let mut call = outgoing(Method::PUT, "file", &[]);
    call.body = OutgoingBody::Stream(stream::iter(chunks).boxed(), None);
    assert!(matches!(
        forward(&world, call).await,
        Err(ProviderError::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_key_in_the_query_replaces_the_callers() {
    let definition = api_key("")
        .replace("header = \"Authorization\"", "query = \"key\"")
        .replace("Bearer ", "");
    let world = World::new(&definition).await;
    answering(&world, ResponseTemplate::new(200)).await;
    forward(&world, outgoing(Method::GET, "x?key=mine&a=%20b", &[]))
        .await
        .unwrap();
    let request = only_request(&world).await;
    assert_eq!(request.url.query(), Some("a=%20b&key=key-1"));
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn no_path_leaves_the_api() {
    let world = World::new(&api_key("")).await;
    answering(&world, ResponseTemplate::new(200)).await;
    for climbing in ["../admin", "%2e%2e/admin", "x/../../admin"] {
        let result = forward(&world, outgoing(Method::GET, climbing, &[])).await;
        assert!(
            matches!(result, Err(ProviderError::Egress(_))),
            "{climbing}"
        );
    }
    for odd in ["https://127.0.0.2/x", "//127.0.0.2/x", "@127.0.0.2/x"] {
        forward(&world, outgoing(Method::GET, odd, &[]))
            .await
            .unwrap();
    }
    for request in world.server.received_requests().await.unwrap() {
        assert!(request.url.path().starts_with("/api/"), "{}", request.url);
    }
}

#[tokio::test]
async fn a_host_from_the_provider_is_used_and_guarded() {
    let text = "api_base_url = \"${instance_url}/v1\"\n[[auth]]\ntype = \"oauth2_authorization_code\"\n\
        authorization_url = \"BASE/a\"\ntoken_url = \"BASE/t\"\n[auth.token_response]\nmetadata = { instance_url = \"u\" }";
    let mut world = World::new(text).await;
    Mock::given(path("/v1/me"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&world.server)
        .await;
    let held = credential(&[("access_token", "at")]);
    let cases = [
        (world.server.uri(), true),
        ("http://169.254.169.254".to_owned(), false),
        ("https://10.0.0.1".to_owned(), false),
        ("https://[::ffff:10.0.0.1]".to_owned(), false),
        ("http://1.1.1.1".to_owned(), false),
        ("javascript:alert(1)".to_owned(), false),
    ];
    for (address, good) in cases {
        world
            .metadata
            .insert("instance_url".to_owned(), address.clone());
        let call = outgoing(Method::GET, "me", &[]);
        let result = world
            .providers
            .forward(world.target(), &app(), &held, call)
            .await;
        assert_eq!(result.is_ok(), good, "{address}");
    }
    world.metadata.clear();
    let result = world
        .providers
        .forward(
            world.target(),
            &app(),
            &held,
            outgoing(Method::GET, "me", &[]),
        )
        .await;
    assert!(
        matches!(result, Err(ProviderError::Refused(reason)) if reason.contains("instance_url"))
    );
}

#[tokio::test]
async fn a_silent_provider_is_unavailable() {
    let world = World::new(&api_key("")).await;
    answering(
        &world,
        ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(600)),
    )
    .await;
    let result = forward(&world, outgoing(Method::POST, "x", &[])).await;
    assert!(matches!(result, Err(ProviderError::Unavailable(_))));
}

#[tokio::test]
async fn a_method_that_echoes_or_tunnels_is_refused() {
    let world = World::new(&api_key("")).await;
    for method in [Method::TRACE, Method::CONNECT] {
        let result = forward(&world, outgoing(method, "x", &[])).await;
        assert!(matches!(result, Err(ProviderError::Refused(_))));
    }
    assert!(world.server.received_requests().await.unwrap().is_empty());
}
