//! Adding, replaying, enabling and removing.

use server::{domain::id::ProjectId, ports::store::Replay, use_cases::Error};

use super::*;

impl World {
    async fn try_add(&self, url: &str) -> Result<Fresh, Error> {
        webhooks::add(&self.services, &editor(), self.project.id, url, None).await
    }
}

#[tokio::test]
async fn an_address_is_one_that_can_be_called() {
    let world = World::new().await;
    for url in [
        "",
        "nonsense",
        "ftp://app.example.com/",
        "https://user:word@app.example.com/",
        "https://app.example.com/#a",
        "http://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        &format!("https://app.example.com/{}", "a".repeat(2048)),
    ] {
        let refused = world.try_add(url).await;
        assert!(
            matches!(&refused, Err(Error::Invalid { field, .. }) if field == "url"),
            "{url}"
        );
    }
    assert!(world.try_add(" https://app.example.com ").await.is_ok());
    let (project, right, url) = (world.project.id, editor(), "https://app.example.com");
    let nothing = webhooks::add(&world.services, &right, project, url, Some(Vec::new()));
    assert!(matches!(nothing.await, Err(Error::Invalid { .. })));
}

#[tokio::test]
async fn endpoints_are_bounded() {
    let world = World::new().await;
    for _ in 0..20 {
        world.try_add("https://app.example.com").await.unwrap();
    }
    let more = world.try_add("https://app.example.com").await;
    assert!(matches!(more, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn the_secret_is_sealed() {
    let world = World::new().await;
    let fresh = world.add(None).await;
    let secret = fresh.secret.expose();
    assert!(secret.starts_with("whsec_"));
    assert_eq!(STANDARD.decode(&secret[6..]).unwrap().len(), 32);
    world.services.store.scrub().await.unwrap();
    let file = std::fs::read(world.folder.path().join("test.db")).unwrap();
    let holds = |text: &[u8]| file.windows(text.len()).any(|part| part == text);
    assert!(holds(b"tenant=1"), "the row is in the file");
    assert!(!holds(&secret.as_bytes()[6..]));
    assert!(!holds(&STANDARD.decode(&secret[6..]).unwrap()));
}

#[tokio::test]
async fn an_event_is_sent_again_when_somebody_asks() {
    let world = World::new().await;
    let fresh = world.add(Some(vec![EventType::Deleted])).await;
    let id = fresh.endpoint.id;
    world.disconnect("ada").await;
    world.run_all().await;
    let first = world.received().await.remove(0);
    let event = world.deliveries(id).await[0].event;
    let replay = async |project: ProjectId, which| {
        webhooks::replay(&world.services, &editor(), project, id, which).await
    };
    assert_eq!(
        replay(world.project.id, Replay::One(event)).await.unwrap(),
        1
    );
    world.run_all().await;
    let received = world.received().await;
    assert_eq!(received.len(), 2);
    assert_eq!(
        header(&received[1], "webhook-id"),
        header(&first, "webhook-id")
    );
    let other = ProjectId(Uuid::now_v7());
    assert!(matches!(
        replay(other, Replay::One(event)).await,
        Err(Error::NotFound(_))
    ));
}

#[tokio::test]
async fn what_was_missed_while_disabled_is_replayed() {
    let world = World::new().await;
    let fresh = world.add(Some(vec![EventType::Deleted])).await;
    let (id, project) = (fresh.endpoint.id, world.project.id);
    let services = &world.services;
    webhooks::disable(services, &editor(), project, id)
        .await
        .unwrap();
    world.disconnect("ada").await;
    assert_eq!(world.run_all().await, None);
    let since = Replay::Since(fresh.endpoint.created_at);
    let refused = webhooks::replay(services, &editor(), project, id, since).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    webhooks::enable(services, &editor(), project, id)
        .await
        .unwrap();
    assert_eq!(world.run_all().await, None, "nothing goes by itself");
    let sent = webhooks::replay(services, &editor(), project, id, since).await;
    assert_eq!(sent.unwrap(), 1);
    world.run_all().await;
    assert_eq!(world.received().await.len(), 1);
}

#[tokio::test]
async fn a_removed_endpoint_gets_nothing() {
    let world = World::new().await;
    let fresh = world.add(None).await;
    world.disconnect("ada").await;
    let (id, project) = (fresh.endpoint.id, world.project.id);
    webhooks::remove(&world.services, &editor(), project, id)
        .await
        .unwrap();
    assert_eq!(world.run_all().await, None);
    assert!(world.received().await.is_empty());
    let again = webhooks::remove(&world.services, &editor(), project, id).await;
    assert!(matches!(again, Err(Error::NotFound(_))));
}

/// An event may be written at the very moment at which its endpoint is disabled.
#[tokio::test]
async fn what_waits_at_a_disabled_endpoint_is_given_up() {
    let world = World::new().await;
    let fresh = world.add(None).await;
    world.disconnect("ada").await;
    let id = fresh.endpoint.id;
    let project = world.project.id;
    webhooks::disable(&world.services, &editor(), project, id)
        .await
        .unwrap();
    let (since, now) = (Replay::Since(fresh.endpoint.created_at), world.clock.now());
    let mut unit = world.services.store.begin().await.unwrap();
    let waiting = unit.webhooks().replay(&fresh.endpoint, since, now).await;
    unit.commit().await.unwrap();
    assert_eq!(waiting.unwrap(), 2);
    assert_eq!(world.run_all().await, None);
    assert!(world.received().await.is_empty());
    let found = world.deliveries(id).await;
    assert!(
        found
            .iter()
            .all(|known| known.state == DeliveryState::Failed)
    );
}
