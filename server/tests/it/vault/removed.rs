//! What remains of a connection that was removed: in SQLite's files, nothing.

use std::path::Path;

use server::{
    access::Staff,
    domain::{connection::Connection, id::ConnectionId},
    use_cases::disconnect,
};

use super::{USER, World};
use crate::support::store;

/// Longer than a page, so that it lies in several.
fn long(letter: &str) -> String {
    letter.repeat(9_000)
}

/// How many parts of a sealed value lie in the database's files, wherever in them.
fn found(world: &World, sealed: &[u8]) -> usize {
    let url = world.database.url.trim_start_matches("sqlite://");
    let folder = Path::new(url).parent().unwrap();
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        // The version and the key's id are no secret, and stand in every value.
        for part in sealed[9..].chunks_exact(24).step_by(10) {
            found += usize::from(bytes.windows(24).any(|window| window == part));
        }
    }
    found
}

async fn stored(world: &World, id: ConnectionId) -> Connection {
    let mut reader = world.database.read().await;
    reader.connections().lookup(id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_it_is_left_in_the_files() {
    let world = World::new(store::sqlite().await).await;
    for letter in ["a", "b"] {
        world.connect("bob", &long(letter)).await;
    }
    let old = world.connect(USER, &long("x")).await;
    let sealed = stored(&world, old.id).await.credential.0;
    assert!(
        found(&world, &sealed) > 30,
        "the search finds what is there"
    );

    // Replaced, as by a refresh.
    let new = world.connect(USER, &long("y")).await;
    assert_eq!(new.id, old.id);
    let replaced = stored(&world, new.id).await.credential.0;
    world.services.store.scrub().await.unwrap();
    assert_eq!(found(&world, &sealed), 0, "of what it was before");
    assert!(found(&world, &replaced) > 30, "of what it is");

    let right = Staff::console().supporter();
    disconnect::by_staff(&world.services, right, world.project, new.id)
        .await
        .unwrap();
    assert_eq!(found(&world, &replaced), 0, "of what was removed");
    let bob = world.connect("bob", &long("c")).await;
    let kept = stored(&world, bob.id).await.credential.0;
    assert!(found(&world, &kept) > 30, "others stay");
}

/// One that cannot be opened can be removed all the same, and says that it was not revoked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_altered_can_be_disconnected() {
    let world = World::new(store::sqlite().await).await;
    let connection = world.connect(USER, "sesame").await;
    world
        .database
        .execute("UPDATE connections SET credential = x'00'")
        .await;
    let right = Staff::console().supporter();
    let told = disconnect::by_staff(&world.services, right, world.project, connection.id).await;
    let told = serde_json::to_value(told.unwrap()).unwrap();
    assert!(told.to_string().to_lowercase().contains("failed"), "{told}");
    let gone = world
        .database
        .read()
        .await
        .connections()
        .lookup(connection.id)
        .await;
    assert_eq!(gone.unwrap(), None);
}
