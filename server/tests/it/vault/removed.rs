//! What remains of a connection that was removed: in SQLite's files, nothing.

use std::path::Path;

use server::{
    access::Staff,
    domain::{connection::Connection, id::ConnectionId},
    ports::store::NewCredential,
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

/// Stores another credential, as a refresh does; returns what is stored.
async fn replace(world: &World, id: ConnectionId, letter: &str) -> Vec<u8> {
    let connection = stored(world, id).await;
    let new = NewCredential {
        credential: world.seal(id, &long(letter)),
        method: connection.method,
        status: connection.status,
        expires_at: None,
        refresh_due_at: None,
        scopes: None,
        metadata: connection.metadata,
    };
    let account = connection.account;
    let now = world.services.now();
    let mut work = world.services.store.begin().await.unwrap();
    let replaced = work
        .connections()
        .replace_credential(id, &new, &account, now);
    replaced.await.unwrap();
    work.commit().await.unwrap();
    new.credential.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_it_is_left_in_the_files() {
    let world = World::new(store::sqlite().await).await;
    let bob = world.connect("bob", "bobs own").await.id;
    let ada = world.connect(USER, "sesame").await.id;
    let kept = replace(&world, bob, "b").await;
    let old = replace(&world, ada, "x").await;
    assert!(found(&world, &old) > 30, "the search finds what is there");

    let new = replace(&world, ada, "y").await;
    world.services.store.scrub().await.unwrap();
    assert_eq!(found(&world, &old), 0, "of what it was before");
    assert!(found(&world, &new) > 30, "of what it is");

    let right = Staff::console().supporter();
    disconnect::by_staff(&world.services, right, world.project, ada)
        .await
        .unwrap();
    assert_eq!(found(&world, &new), 0, "of what was removed");
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
