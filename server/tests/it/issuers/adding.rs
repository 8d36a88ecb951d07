//! Adding issuers to a server.

use std::sync::Arc;

use server::use_cases::Error;
use wiremock::ResponseTemplate;

use super::{Pair, World, published};

async fn serving(keys: &[&Pair]) -> World {
    let mut world = World::without_issuer(keys).await;
    Arc::get_mut(&mut world.services)
        .expect("nobody else has it")
        .serving = true;
    world
}

/// The field at fault, and the sentence.
async fn refusal(world: &World, jwks_url: Option<String>) -> (String, String) {
    let mut provider = world.provider();
    provider.jwks_url = jwks_url;
    match world.add(provider).await {
        Err(Error::Invalid { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_looks_at_the_keys_before_it_adds_an_issuer() {
    let pair = Pair::new("one");
    let world = serving(&[&pair]).await;
    let keys = world.provider().jwks_url;

    world.publish(ResponseTemplate::new(404));
    let (field, message) = refusal(&world, keys.clone()).await;
    assert_eq!(field, "jwks_url");
    assert!(message.contains("404"), "{message}");

    world.publish(published(&[]));
    let (field, message) = refusal(&world, keys.clone()).await;
    assert_eq!(field, "jwks_url");
    assert!(message.contains("RSA"), "{message}");

    world.publish(published(&[&pair]));
    let (field, _) = refusal(&world, None).await;
    assert_eq!(field, "issuer", "that was no discovery document");

    world.add(world.provider()).await.unwrap();
    let (field, message) = refusal(&world, keys).await;
    assert_eq!(field, "issuer");
    assert!(message.contains("already"), "{message}");
}

#[tokio::test]
async fn keys_behind_the_guard_are_not_asked_for() {
    let pair = Pair::new("one");
    let world = serving(&[&pair]).await;
    for address in ["https://127.0.0.2/keys", "https://169.254.169.254/keys"] {
        let (field, message) = refusal(&world, Some(address.to_owned())).await;
        assert_eq!(field, "jwks_url");
        assert!(message.contains("may not call"), "{message}");
    }
    assert_eq!(world.asked().await, 0);
}

#[tokio::test]
async fn a_project_takes_ten() {
    let pair = Pair::new("one");
    let world = World::without_issuer(&[&pair]).await;
    for number in 0..10 {
        let mut provider = world.provider();
        provider.issuer = format!("https://{number}.example");
        world.add(provider).await.unwrap();
    }
    let refused = world.add(world.provider()).await;
    assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "issuer"));
}
