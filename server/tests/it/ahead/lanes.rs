//! Each provider is called as often as it allows.

use std::time::Duration;

use server::ports::clock::Clock;
use wiremock::ResponseTemplate;

use super::World;

#[tokio::test]
async fn a_provider_that_asks_for_rest_gets_it_from_every_process() {
    let world = World::new("").await;
    let limited = ResponseTemplate::new(429).insert_header("retry-after", "600");
    world.answer(limited).await;
    let mut all = Vec::new();
    for _ in 0..100 {
        all.push(world.connect(Some(3600), Some("refresh-1")).await);
    }
    world.clock.forward(3590);
    while world
        .work()
        .await
        .is_some_and(|next| next < world.clock.now() + Duration::from_secs(1))
    {}
    let calls = world.calls().await;
    assert!(calls <= 16, "{calls} calls were under way when it said so");
    world.answer_with_tokens().await;
    world.clock.forward(599);
    let next = world.work().await.expect("due after the pause");
    assert_eq!(world.calls().await, 0);
    assert!(next >= world.clock.now());

    let mut dues = Vec::new();
    for id in &all {
        dues.push(world.stored(*id).await.refresh_due_at.expect("due"));
    }
    dues.sort();
    dues.dedup();
    assert!(dues.len() > 90, "they do not come back together");
    world.pass_until(*dues.last().unwrap());
    while world
        .work()
        .await
        .is_some_and(|next| next < world.clock.now())
    {}
    assert_eq!(world.calls().await, all.len());
}

#[tokio::test]
async fn a_caller_does_not_break_a_pause() {
    let world = World::new("").await;
    let limited = ResponseTemplate::new(429).insert_header("retry-after", "600");
    world.answer(limited).await;
    let first = world.connect(Some(3600), Some("refresh-1")).await;
    world.clock.forward(3590);
    world.work().await;
    assert_eq!(world.calls().await, 1);
    let second = world.connect(Some(3600), Some("refresh-1")).await;
    for id in [first, second] {
        assert!(world.ask(id).await.is_err(), "not now");
    }
    assert_eq!(world.calls().await, 1, "it is not asked once more");
}
