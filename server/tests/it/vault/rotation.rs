//! One key follows another while servers run.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;
use server::{
    domain::{
        connection::{Connection, ConnectionStatus},
        id::ConnectionId,
        token_set::Account,
    },
    ports::store::NewCredential,
    use_cases::keyring::beat::Beat,
};

use super::{USER, World, key};
use crate::{
    contract::stories,
    support::{
        process::{Server, json, patchbay, refusal},
        store::Database,
    },
};

stories!(
    a_rotation_survives_kill_and_loses_nothing,
    a_step_that_would_break_a_server_is_refused,
);

/// More than a rotation wraps before it is seen and killed.
const MANY: usize = 4_000;

async fn a_rotation_survives_kill_and_loses_nothing(database: Database) {
    let world = Arc::new(World::new(database).await);
    let env = world.env();
    world.connect(USER, "sesame").await;
    let many = world.connect_many(MANY).await;
    let (first, second) = (Server::start(&env).await, Server::start(&env).await);
    let old = world.primary();

    world.write_keys(&[1, 2]);
    let added = json(&env, &["keyring", "add", "--json"]).await;
    let new = added["added"][0]
        .as_str()
        .expect("one was added")
        .to_owned();
    assert_eq!(world.sealed_with(&new).await, 0);
    until_every_server_has(&env, &new).await;

    let stop = Arc::new(AtomicBool::new(false));
    let callers = [first, second].map(|server| call(world.clone(), server, stop.clone()));
    let callers = callers.map(tokio::spawn);
    let refresher = tokio::spawn(refresh(world.clone(), many.clone(), stop.clone()));

    kill_in_the_middle(&world, &env, &new).await;
    let rotated = json(&env, &["keyring", "rotate", "--json"]).await;
    assert_eq!(rotated["primary"], new.as_str());
    assert_eq!(rotated["unreadable"], serde_json::json!([]));
    stop.store(true, Ordering::SeqCst);
    let refreshed = refresher.await.unwrap();
    assert!(refreshed.len() > 20, "too few changed meanwhile to tell");
    let mut servers = Vec::new();
    for caller in callers {
        let (server, calls) = caller.await.unwrap();
        assert!(calls > 5, "too few calls to tell: {calls}");
        servers.push(server);
    }

    assert_eq!(world.sealed_with(&old).await, 0);
    let again = json(&env, &["keyring", "rotate", "--json"]).await;
    assert_eq!(again["rewrapped"], 0, "there is nothing left to do");
    let too_soon = refusal(&env, &["keyring", "retire", &old]).await;
    assert!(too_soon.contains("in a minute"), "{too_soon}");
    world
        .database
        .execute("UPDATE encryption_keys SET since = since - 61000000")
        .await;
    json(&env, &["keyring", "retire", &old, "--json"]).await;
    for server in servers {
        server.stop().await;
    }

    // Without the old key everything opens, and is what was written last.
    world.write_keys(&[2]);
    let verified = json(&env, &["keyring", "verify", "--json"]).await;
    assert_eq!(
        (&verified["bad"], &verified["good"]),
        (&0.into(), &(MANY + 2).into())
    );
    world.services.vault.reload().await.unwrap();
    for connection in &many {
        let expected = refreshed.get(&connection.id);
        let expected = expected.cloned().unwrap_or(connection.id.to_string());
        assert_eq!(api_key(&world, connection.id).await, expected);
    }
}

async fn until_every_server_has(env: &super::Env, key: &str) {
    for _ in 0..100 {
        let status = json(env, &["keyring", "status", "--json"]).await;
        let servers = status["servers"].as_array().unwrap();
        assert!(!servers.is_empty());
        let has = |server: &serde_json::Value| {
            let keys = server["keys"].as_array().unwrap();
            keys.iter().any(|id| id == key)
        };
        if servers.iter().all(has) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("a server did not fetch the key");
}

/// Starts a rotation and kills it when some values are wrapped, and not all.
async fn kill_in_the_middle(world: &World, env: &super::Env, new: &str) {
    let mut rotation = patchbay(env, &["keyring", "rotate", "--json"])
        .spawn()
        .unwrap();
    loop {
        if world.count_sealed_with(new).await > 0 {
            rotation.kill().await.unwrap();
            break;
        }
    }
    let wrapped = world.count_sealed_with(new).await;
    assert!(wrapped < MANY, "it was done before it was killed");
}

/// Calls the provider through a server until it is told to stop; every call must succeed.
async fn call(world: Arc<World>, server: Server, stop: Arc<AtomicBool>) -> (Server, usize) {
    let calls = AtomicUsize::new(0);
    while !stop.load(Ordering::SeqCst) {
        let (status, body) = server.get(&world.proxied(), &world.token).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert!(body.contains("sesame"), "{body}");
        calls.fetch_add(1, Ordering::SeqCst);
    }
    (server, calls.into_inner())
}

/// Stores new credentials as a refresh does, as fast as it can; returns the last of each.
async fn refresh(
    world: Arc<World>,
    many: Vec<Connection>,
    stop: Arc<AtomicBool>,
) -> HashMap<ConnectionId, String> {
    let mut stored = HashMap::new();
    let mut beat = Beat::new("refresher".to_owned());
    for round in 0.. {
        // From both ends, so that some are ahead of the rotation and some behind.
        let at = if round % 2 == 0 { round } else { MANY - round };
        let connection = &many[at % MANY];
        if stop.load(Ordering::SeqCst) {
            break;
        }
        if round % 50 == 0 {
            beat.run(&world.services).await.unwrap();
        }
        let secret = format!("refreshed {round}");
        let new = NewCredential {
            credential: world.seal(connection.id, &secret),
            method: connection.method.clone(),
            status: ConnectionStatus::Valid,
            expires_at: None,
            refresh_due_at: None,
            scopes: None,
            metadata: connection.metadata.clone(),
        };
        let mut work = world.database.begin().await;
        let replaced = work
            .connections()
            .replace_credential(
                connection.id,
                &new,
                &Account::default(),
                world.services.now(),
            )
            .await;
        replaced.unwrap();
        work.commit().await.unwrap();
        stored.insert(connection.id, secret);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server::use_cases::keyring::beat::leave(&world.services)
        .await
        .unwrap();
    stored
}

async fn api_key(world: &World, id: ConnectionId) -> String {
    let mut reader = world.database.read().await;
    let connection = reader.connections().lookup(id).await.unwrap().unwrap();
    let live = server::use_cases::credential::open(&world.services, connection).unwrap();
    live.fields.get("api_key").unwrap().expose().to_owned()
}

async fn a_step_that_would_break_a_server_is_refused(database: Database) {
    let world = World::new(database).await;
    let old = world.primary();
    // A variable cannot be read again: this server will never have another key.
    let server = Server::start(&world.env_with_keys(&key(1))).await;
    world.write_keys(&[1, 2]);
    let env = world.env();
    let added = json(&env, &["keyring", "add", "--json"]).await;
    let new = added["added"][0].as_str().unwrap().to_owned();
    let said = refusal(&env, &["keyring", "rotate"]).await;
    assert!(
        said.contains("does not have key") && said.contains(&new),
        "{said}"
    );
    assert!(said.contains("127.0.0.1:"), "it names the server: {said}");
    let said = refusal(&env, &["keyring", "retire", &old]).await;
    assert!(said.contains("rotate to another key first"), "{said}");
    // One that does not have the new key cannot rotate to it either.
    let said = refusal(&world.env_with_keys(&key(1)), &["keyring", "rotate"]).await;
    assert!(said.contains(&new), "{said}");

    // Paused, it counts until it has been silent for long; ended, it counts no more.
    server.signal("STOP");
    let said = refusal(&env, &["keyring", "rotate"]).await;
    assert!(said.contains("does not have key"), "{said}");
    server.signal("CONT");
    server.stop().await;
    let rotated = json(&env, &["keyring", "rotate", "--json"]).await;
    assert_eq!(rotated["primary"], new.as_str());

    // From here on nobody starts without either key; a value may need it.
    let said = refusal(&world.env_with_keys(&key(1)), &["keyring", "status"]).await;
    assert!(said.contains(&new), "{said}");
    let said = refusal(&world.env_with_keys(&key(2)), &["keyring", "status"]).await;
    assert!(said.contains(&format!("retire {old}")), "{said}");
    let said = refusal(&env, &["keyring", "add", "--key", "0123456789abcdef"]).await;
    assert!(said.contains("not among the keys"), "{said}");
}
