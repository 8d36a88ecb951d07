//! Redirects of proxied calls.

use bytes::Bytes;
use http::Method;
use server::ports::provider::{OutgoingBody, ProviderError};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use super::{
    World, api_key,
    forward::{forward, outgoing, text},
};

async fn redirecting(definition: &str, status: u16, location: &str) -> World {
    let world = World::new(definition).await;
    let template = ResponseTemplate::new(status).insert_header("location", location);
    Mock::given(path("/api/from"))
        .respond_with(template)
        .mount(&world.server)
        .await;
    world
}

#[tokio::test]
async fn the_same_origin_gets_the_credential_again() {
    let world = redirecting(&api_key(""), 302, "/elsewhere?a=1#frag").await;
    let found = ResponseTemplate::new(200).set_body_string("found");
    Mock::given(path("/elsewhere"))
        .respond_with(found)
        .mount(&world.server)
        .await;
    let answer = forward(&world, outgoing(Method::GET, "from", &[("x-custom", "1")]))
        .await
        .unwrap();
    assert_eq!(text(answer).await, "found");
    let last = world
        .server
        .received_requests()
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(last.url.query(), Some("a=1"));
    assert_eq!(last.headers["authorization"], "Bearer key-1");
    assert_eq!(last.headers["x-custom"], "1");
}

#[tokio::test]
async fn a_key_in_the_query_follows_within_the_origin() {
    let definition = api_key("")
        .replace("header = \"Authorization\"", "query = \"key\"")
        .replace("Bearer ", "");
    let world = redirecting(&definition, 307, "elsewhere").await;
    Mock::given(path("/api/elsewhere"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&world.server)
        .await;
    forward(&world, outgoing(Method::GET, "from", &[]))
        .await
        .unwrap();
    let last = world
        .server
        .received_requests()
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(last.url.query(), Some("key=key-1"));
}

#[tokio::test]
async fn another_origin_gets_neither_the_credential_nor_the_callers_headers() {
    let other = MockServer::start().await;
    let world = redirecting(
        &api_key("[headers]\nAcme-Version = \"1\""),
        302,
        &format!("{}/file", other.uri()),
    )
    .await;
    let back = ResponseTemplate::new(302)
        .insert_header("location", format!("{}/api/back", world.server.uri()));
    Mock::given(path("/file"))
        .respond_with(back)
        .mount(&other)
        .await;
    Mock::given(path("/api/back"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&world.server)
        .await;
    let call = outgoing(
        Method::GET,
        "from",
        &[("x-custom", "1"), ("accept", "text/plain")],
    );
    assert_eq!(forward(&world, call).await.unwrap().status, 200);
    let stranger = other.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(stranger.headers["accept"], "text/plain");
    for name in ["authorization", "x-custom", "acme-version"] {
        assert!(!stranger.headers.contains_key(name), "{name}");
    }
    let back = world
        .server
        .received_requests()
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert!(
        !back.headers.contains_key("authorization"),
        "a stranger does not choose where the key goes"
    );
}

#[tokio::test]
async fn a_redirect_inside_is_not_followed() {
    let inside = [
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "http://[::1]:4398/",
        "http://2130706434/",
        "ftp://acme.com/",
    ];
    for location in inside {
        let world = redirecting(&api_key(""), 302, location).await;
        let result = forward(&world, outgoing(Method::GET, "from", &[])).await;
        assert!(
            matches!(result, Err(ProviderError::Egress(_))),
            "{location}"
        );
    }
}

#[tokio::test]
async fn an_endless_redirect_ends() {
    let world = redirecting(&api_key(""), 302, "from").await;
    let result = forward(&world, outgoing(Method::GET, "from", &[])).await;
    assert!(matches!(result, Err(ProviderError::Unavailable(_))));
    assert_eq!(world.server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
async fn what_cannot_be_followed_safely_is_handed_back() {
    let world = redirecting(&api_key(""), 303, "/elsewhere").await;
    let posted = forward(&world, outgoing(Method::POST, "from", &[]))
        .await
        .unwrap();
    assert_eq!(
        (posted.status.as_u16(), &posted.headers["location"]),
        (303, &"/elsewhere".parse().unwrap())
    );
    let mut with_body = outgoing(Method::GET, "from", &[]);
    with_body.body = OutgoingBody::Buffered(Bytes::from_static(b"x"));
    assert_eq!(forward(&world, with_body).await.unwrap().status, 303);
    let unchanged = redirecting(&api_key(""), 304, "/elsewhere").await;
    assert_eq!(
        forward(&unchanged, outgoing(Method::GET, "from", &[]))
            .await
            .unwrap()
            .status,
        304
    );
}
