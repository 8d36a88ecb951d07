//! Tokens that are taken.

use serde_json::json;
use server::{
    access::Staff,
    use_cases::{issuers, keys},
};
use wiremock::ResponseTemplate;

use super::{Pair, World, published, slowly};

#[tokio::test]
async fn a_token_of_an_issuer_is_its_user() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let (status, body) = world.me(&pair.sign(&world.claims())).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["userId"], "ada");
}

#[tokio::test]
async fn an_issuers_keys_are_asked_for_once() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    world.publish(slowly(published(&[&pair])));
    let tokens: Vec<String> = (0..12)
        .map(|number| {
            let mut claims = world.claims();
            claims["sub"] = format!("user {number}").into();
            pair.sign(&claims)
        })
        .collect();
    let answers = futures::future::join_all(tokens.iter().map(|token| world.status(token))).await;
    assert_eq!(answers, [200; 12]);
    assert_eq!(world.asked().await, 1);
}

#[tokio::test]
async fn a_projects_own_keys_work_beside_it() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let right = Staff::console().administrator().unwrap();
    let own = keys::create(&world.services, right, world.project)
        .await
        .unwrap();
    let token = keys::mint(
        &world.services,
        world.project,
        Some(own.id),
        &own.private_key_pem,
        "bob",
        600,
    )
    .unwrap();
    let (status, body) = world.me(token.expose()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["userId"], "bob");
    assert_eq!(world.status(&pair.sign(&world.claims())).await, 200);
    assert_eq!(world.asked().await, 1);
}

#[tokio::test]
async fn the_discovery_document_tells_where_the_keys_are() {
    let pair = Pair::new("one");
    let world = World::without_issuer(&[&pair]).await;
    let mut provider = world.provider();
    provider.jwks_url = None;
    world.add(provider).await.unwrap();
    // One answer serves as both documents.
    let both = json!({
        "issuer": world.server.uri(),
        "jwks_uri": format!("{}/jwks", world.server.uri()),
        "keys": [pair.jwk],
    });
    world.publish(ResponseTemplate::new(200).set_body_json(both));
    assert_eq!(world.status(&pair.sign(&world.claims())).await, 200);
    let requests = world.server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    assert_eq!(paths, ["/.well-known/openid-configuration", "/jwks"]);
}

#[tokio::test]
async fn another_claim_can_be_the_user() {
    let pair = Pair::new("one");
    let world = World::without_issuer(&[&pair]).await;
    let mut provider = world.provider();
    provider.user_claim = "https://acme.example/user".to_owned();
    world.add(provider).await.unwrap();
    let mut claims = world.claims();
    claims["https://acme.example/user"] = "u-17".into();
    claims["aud"] = json!(["somebody else", super::AUDIENCE]);
    let (status, body) = world.me(&pair.sign(&claims)).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["userId"], "u-17");
    assert_eq!(world.status(&pair.sign(&world.claims())).await, 401);
}

#[tokio::test]
async fn an_address_is_a_user_once_it_is_verified() {
    let pair = Pair::new("one");
    let world = World::without_issuer(&[&pair]).await;
    let mut provider = world.provider();
    provider.user_claim = "email".to_owned();
    world.add(provider).await.unwrap();
    let mut claims = world.claims();
    claims["email"] = "ada@example.com".into();
    assert_eq!(world.status(&pair.sign(&claims)).await, 401);
    claims["email_verified"] = false.into();
    assert_eq!(world.status(&pair.sign(&claims)).await, 401);
    claims["email_verified"] = true.into();
    assert_eq!(world.status(&pair.sign(&claims)).await, 200);
}

#[tokio::test]
async fn an_issuer_that_is_removed_is_trusted_no_more() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let token = pair.sign(&world.claims());
    assert_eq!(world.status(&token).await, 200);
    let right = Staff::console().administrator().unwrap();
    issuers::remove(&world.services, right, world.project, &world.server.uri())
        .await
        .unwrap();
    assert_eq!(world.status(&token).await, 401);
}
