//! API keys: who is let in, and what is stored of them.

use axum::http::{Request, StatusCode};
use server::{
    access::Staff,
    domain::{api_key::ApiScope, id::ProjectId, secret::Secret},
    use_cases::{Error, api_keys},
};

use super::World;
use crate::support::{rows, service};

impl World {
    async fn new_key(&self) -> api_keys::Created {
        let right = Staff::console().administrator().unwrap();
        let scopes = vec![ApiScope::EventsRead, ApiScope::EventsRead];
        api_keys::create(&self.services, right, self.project.id, " Billing ", scopes)
            .await
            .unwrap()
    }

    async fn status(&self, project: ProjectId, key: &str) -> StatusCode {
        let request = Request::builder().uri(format!("/projects/{project}/events"));
        service::call(&self.services, request, key, None).await.0
    }
}

#[tokio::test]
async fn a_key_opens_its_own_project_until_it_is_revoked() {
    let world = World::new().await;
    let made = world.new_key().await;
    let other = rows::project();
    let mut unit = world.services.store.begin().await.unwrap();
    unit.projects().add(&other).await.unwrap();
    unit.commit().await.unwrap();
    let key = made.secret.expose();
    assert!(key.starts_with("pb_"), "it says what it is");
    assert_eq!(world.status(world.project.id, key).await, 200);
    assert_eq!(world.status(other.id, key).await, 401);
    let right = || Staff::console().administrator().unwrap();
    let revoked = api_keys::revoke(&world.services, right(), other.id, made.key.id).await;
    assert!(matches!(revoked, Err(Error::NotFound(_))));
    api_keys::revoke(&world.services, right(), world.project.id, made.key.id)
        .await
        .unwrap();
    assert_eq!(world.status(world.project.id, key).await, 401);
}

#[tokio::test]
async fn a_key_with_another_secret_is_refused() {
    let world = World::new().await;
    let (one, other) = (world.new_key().await, world.new_key().await);
    let (one, other) = (one.secret.expose(), other.secret.expose());
    let mixed = format!("{}{}", &one[..36], &other[36..]);
    let longer = format!("{one}A");
    for key in [&mixed, &longer, &one[..40], "pb_", "nonsense"] {
        assert_eq!(world.status(world.project.id, key).await, 401);
    }
}

#[tokio::test]
async fn only_the_hash_is_stored() {
    let world = World::new().await;
    let made = world.new_key().await;
    assert_eq!(made.key.name, "Billing");
    assert_eq!(made.key.scopes, [ApiScope::EventsRead]);
    let secret = &made.secret.expose()[36..];
    assert_eq!(secret.len(), 43, "256 bits");
    world.services.store.scrub().await.unwrap();
    let file = std::fs::read(world.folder.path().join("test.db")).unwrap();
    let holds = |text: &str| {
        let wanted = text.as_bytes();
        file.windows(wanted.len()).any(|part| part == wanted)
    };
    assert!(holds("Billing"), "the row is in the file");
    assert!(!holds(secret));
    assert_eq!(format!("{:?}", Secret::new(secret)), "[redacted]");
}

#[tokio::test]
async fn keys_are_bounded_and_named() {
    let world = World::new().await;
    let create = async |name: &str, scopes: Vec<ApiScope>| {
        let right = Staff::console().administrator().unwrap();
        api_keys::create(&world.services, right, world.project.id, name, scopes).await
    };
    let all = || ApiScope::ALL.to_vec();
    let long = "x".repeat(101);
    for (name, scopes) in [("", all()), (" ", all()), (&*long, all()), ("a", vec![])] {
        assert!(matches!(
            create(name, scopes).await,
            Err(Error::Invalid { .. })
        ));
    }
    // One was made with the world.
    for _ in 1..20 {
        assert!(create("a", all()).await.is_ok());
    }
    assert!(matches!(create("a", all()).await, Err(Error::Conflict(_))));
}
