//! How long keys are kept, and when they are asked for again.

use wiremock::ResponseTemplate;

use super::{Pair, World, published};

fn down() -> ResponseTemplate {
    ResponseTemplate::new(503)
}

#[tokio::test]
async fn a_rotated_key_is_found_and_the_old_one_is_forgotten() {
    let (old, new) = (Pair::new("old"), Pair::new("new"));
    let world = World::new(&[&old]).await;
    world.publish(published(&[&old]).insert_header("Cache-Control", "max-age=3600"));
    let (old_token, new_token) = (old.sign(&world.claims()), new.sign(&world.claims()));
    assert_eq!(world.status(&old_token).await, 200);

    world.publish(published(&[&new]));
    world.forward(59);
    assert_eq!(world.status(&new_token).await, 401);
    assert_eq!(world.asked().await, 1, "once a minute at most");
    world.forward(1);
    assert_eq!(world.status(&new_token).await, 200);
    assert_eq!(world.asked().await, 2);
    assert_eq!(
        world.status(&old_token).await,
        401,
        "though it was taken once"
    );
    assert_eq!(world.asked().await, 2);
}

#[tokio::test]
async fn a_kid_that_was_given_to_another_key_trusts_the_other() {
    let (old, new) = (Pair::new("same"), Pair::new("same"));
    let world = World::new(&[&old]).await;
    let (old_token, new_token) = (old.sign(&world.claims()), new.sign(&world.claims()));
    assert_eq!(world.status(&old_token).await, 200);
    world.publish(published(&[&new]));
    world.forward(60);
    assert_eq!(world.status(&new_token).await, 200);
    assert_eq!(world.status(&old_token).await, 401);
}

#[tokio::test]
async fn the_issuer_says_how_long_within_bounds() {
    for (said, kept) in [
        (None, 60),
        (Some("max-age=1"), 60),
        (Some("no-store"), 60),
        (Some("public, max-age=600"), 600),
        (Some("max-age=86400"), 3600),
    ] {
        let pair = Pair::new("one");
        let world = World::new(&[&pair]).await;
        let answer = published(&[&pair]);
        world.publish(match said {
            Some(said) => answer.insert_header("Cache-Control", said),
            None => answer,
        });
        let token = pair.sign(&world.claims());
        assert_eq!(world.status(&token).await, 200);
        world.forward(kept - 1);
        assert_eq!(world.status(&token).await, 200);
        assert_eq!(world.asked().await, 1, "{said:?}");
        world.forward(1);
        assert_eq!(world.status(&token).await, 200);
        assert_eq!(world.asked().await, 2, "{said:?}");
    }
}

#[tokio::test]
async fn while_the_issuer_is_down_known_keys_go_on_to_work_for_a_time() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let token = pair.sign(&world.claims());
    assert_eq!(world.status(&token).await, 200);

    world.publish(down());
    world.forward(60);
    for _ in 0..3 {
        assert_eq!(world.status(&token).await, 200);
    }
    assert_eq!(world.asked().await, 2, "one call, then a minute of peace");
    world.forward(60);
    assert_eq!(world.status(&token).await, 200);
    assert_eq!(world.asked().await, 3);

    world.forward(6 * 3600);
    let (status, body) = world.me(&token).await;
    assert_eq!(status, 502, "{body}");
    assert_eq!(body["code"], "provider_unavailable");
    world.publish(published(&[&pair]));
    world.forward(60);
    assert_eq!(world.status(&token).await, 200);
}

#[tokio::test]
async fn a_token_whose_issuer_never_answered_is_not_called_invalid() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let token = pair.sign(&world.claims());
    for answer in [
        down(),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(302).insert_header("Location", "https://keys.example/"),
    ] {
        world.publish(answer);
        let (status, body) = world.me(&token).await;
        assert_eq!(status, 502, "{body}");
        world.forward(5);
    }
    world.publish(published(&[&pair]));
    assert_eq!(world.status(&token).await, 200);
}

#[tokio::test]
async fn an_answer_without_an_end_is_not_read() {
    let pair = Pair::new("one");
    let world = World::new(&[&pair]).await;
    let body = format!("{{\"keys\":[],\"more\":\"{}\"}}", "x".repeat(2 << 20));
    world.publish(ResponseTemplate::new(200).set_body_string(body));
    assert_eq!(world.status(&pair.sign(&world.claims())).await, 502);
}
