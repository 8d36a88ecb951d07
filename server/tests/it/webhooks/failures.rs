//! Endpoints that do not take events.

use std::time::Duration;

use server::domain::webhook::DisabledBy;

use super::*;

const TYPES: [EventType; 1] = [EventType::Deleted];

#[tokio::test]
async fn what_was_refused_is_sent_again_with_the_same_id() {
    let world = World::new().await;
    let fresh = world.add(Some(TYPES.into())).await;
    let answer = ResponseTemplate::new(500).set_body_string("out\u{7} of\norder".repeat(200));
    world.answer(answer).await;
    world.disconnect("ada").await;
    let due = world.run_all().await.unwrap();
    assert_eq!(due, world.clock.now() + Duration::from_secs(5));
    let first = world.received().await.remove(0);
    let found = world.deliveries(fresh.endpoint.id).await;
    let outcome = found[0].outcome.as_ref().unwrap();
    assert_eq!(
        (found[0].state, found[0].attempts),
        (DeliveryState::Waiting, 1)
    );
    assert_eq!(outcome.status, Some(500));
    let answer = outcome.answer.as_deref().unwrap();
    assert!(answer.starts_with("out of\norder"), "fit for people");
    assert!(answer.len() <= 1024);

    world.clock.forward(5);
    world
        .answer(ResponseTemplate::new(200).set_body_string("thanks"))
        .await;
    assert_eq!(world.run_all().await, None);
    let second = world.received().await.remove(0);
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_ne!(
        header(&first, "webhook-timestamp"),
        header(&second, "webhook-timestamp")
    );
    assert_eq!(first.body, second.body);
    assert!(is_signed(&second, &fresh.secret));
    let found = world.deliveries(fresh.endpoint.id).await;
    assert_eq!(
        (found[0].state, found[0].attempts),
        (DeliveryState::Delivered, 2)
    );
    let endpoint = world.endpoint(fresh.endpoint.id).await;
    assert_eq!(endpoint.failing_since, None);
}

#[tokio::test]
async fn an_endpoint_may_ask_to_wait() {
    let world = World::new().await;
    world.add(Some(TYPES.into())).await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "600");
    world.answer(busy).await;
    world.disconnect("ada").await;
    let due = world.run_all().await.unwrap();
    assert_eq!(due, world.clock.now() + Duration::from_secs(600));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new().await;
    let fresh = world.add(Some(TYPES.into())).await;
    let elsewhere = MockServer::start().await;
    let moved = ResponseTemplate::new(307).insert_header("location", elsewhere.uri().as_str());
    world.answer(moved).await;
    world.disconnect("ada").await;
    world.run_all().await;
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
    let found = world.deliveries(fresh.endpoint.id).await;
    let outcome = found[0].outcome.as_ref().unwrap();
    assert_eq!(outcome.status, Some(307));
    assert_eq!(found[0].state, DeliveryState::Waiting);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_disabled() {
    let world = World::new().await;
    let fresh = world.add(None).await;
    world.answer(ResponseTemplate::new(410)).await;
    world.disconnect("ada").await;
    assert_eq!(world.run_all().await, None);
    let endpoint = world.endpoint(fresh.endpoint.id).await;
    assert_eq!(endpoint.disabled.unwrap().by, DisabledBy::Gone);
    let found = world.deliveries(fresh.endpoint.id).await;
    assert!(
        found
            .iter()
            .all(|known| known.state == DeliveryState::Failed)
    );
    let before = world.received().await.len();
    world.disconnect("grace").await;
    assert_eq!(world.run_all().await, None);
    assert_eq!(world.received().await.len(), before);
}

#[tokio::test]
async fn an_event_is_given_up_after_three_days_and_an_endpoint_after_five() {
    let world = World::new().await;
    let fresh = world.add(Some(TYPES.into())).await;
    let id = fresh.endpoint.id;
    world.answer(ResponseTemplate::new(503)).await;
    let begun = world.clock.now();
    let hours = || world.clock.now().duration_since(begun).as_secs() / 3600;
    let to_the_end = async || {
        while let Some(due) = world.run_all().await {
            let left = due.duration_since(world.clock.now()).as_secs();
            world.clock.forward(left);
        }
    };
    world.disconnect("ada").await;
    to_the_end().await;
    assert_eq!(hours(), 75);
    let found = world.deliveries(id).await;
    assert_eq!(
        (found[0].state, found[0].attempts),
        (DeliveryState::Failed, 10)
    );
    let endpoint = world.endpoint(id).await;
    assert_eq!(
        (endpoint.disabled, endpoint.failing_since),
        (None, Some(begun))
    );

    world.disconnect("grace").await;
    to_the_end().await;
    assert!(hours() >= 120 && hours() < 150, "{}", hours());
    let endpoint = world.endpoint(id).await;
    assert_eq!(endpoint.disabled.unwrap().by, DisabledBy::Failing);
    let found = world.deliveries(id).await;
    assert!(found[0].attempts < 10, "what was left was given up");
}

#[tokio::test]
async fn an_address_that_may_not_be_called_is_not() {
    let mut world = World::new().await;
    let fresh = world.add(Some(TYPES.into())).await;
    let strict = HttpWebhookSender::new(Egress::new(Vec::new(), Vec::new()));
    let services = Arc::get_mut(&mut world.acme.services).expect("nobody else has it");
    services.webhook_sender = Arc::new(strict);
    world.disconnect("ada").await;
    world.run_all().await;
    assert!(world.received().await.is_empty());
    let found = world.deliveries(fresh.endpoint.id).await;
    let outcome = found[0].outcome.as_ref().unwrap();
    let trouble = outcome.trouble.as_deref();
    assert_eq!(trouble, Some("this server may not call 127.0.0.1"));
}

#[tokio::test]
async fn a_body_without_end_counts_by_its_status() {
    let world = World::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 8192];
        let _ = stream.read(&mut read).await;
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        while stream.write_all(b"4\r\nmore\r\n").await.is_ok() {}
    });
    let (project, right) = (world.project.id, editor());
    let added = webhooks::add(&world.services, &right, project, &url, Some(TYPES.into()));
    let fresh = added.await.unwrap();
    world.disconnect("ada").await;
    world.run_all().await;
    let found = world.deliveries(fresh.endpoint.id).await;
    assert_eq!(found[0].state, DeliveryState::Delivered);
    let answer = found[0].outcome.as_ref().unwrap().answer.as_deref();
    assert_eq!(answer.map(str::len), Some(1024));
}
