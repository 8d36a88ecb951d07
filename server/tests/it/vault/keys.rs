//! Where keys come from, and which a database takes.

use axum::http::StatusCode;

use super::{USER, World, key};
use crate::{
    contract::stories,
    support::{
        process::{Server, json, refusal},
        store::Database,
    },
};

stories!(
    a_database_wants_the_keys_that_it_was_written_with,
    keys_come_from_a_file_a_variable_or_a_command,
    a_database_of_a_release_without_a_keyring_is_taken_over,
);

async fn a_database_wants_the_keys_that_it_was_written_with(database: Database) {
    let world = World::new(database).await;
    let first = world.primary();
    for (keys, says) in [
        ("", "encryption key"),
        ("c2hvcnQ=", "32 bytes in base64"),
        (&key(2), first.as_str()),
    ] {
        let said = refusal(
            &world.env_with_keys(keys),
            &["serve", "--listen", "127.0.0.1:0"],
        )
        .await;
        assert!(said.contains(says), "{keys}: {said}");
        let mut lines = said.trim().lines().rev();
        assert!(lines.next().unwrap().starts_with("patchbay: "), "{said}");
        let is_log = |line: &str| line.contains(" INFO ");
        assert!(lines.all(is_log), "one sentence: {said}");
        assert!(!said.contains(&key(2)), "{said}");
    }
    let mut none = world.env();
    none.retain(|(name, _)| *name != "PATCHBAY_ENCRYPTION_KEY_FILE");
    let said = refusal(&none, &["keyring", "status"]).await;
    assert!(said.contains("no encryption key"), "{said}");
    let mut two = world.env();
    two.push(("PATCHBAY_ENCRYPTION_KEY", key(1)));
    let said = refusal(&two, &["keyring", "status"]).await;
    assert!(said.contains("not several"), "{said}");

    // Others may lie before it: the database says which one seals.
    let env = world.env_with_keys(&format!("{} {}", key(2), key(1)));
    let status = json(&env, &["keyring", "status", "--json"]).await;
    assert_eq!(status["primary"], first.as_str());
}

async fn keys_come_from_a_file_a_variable_or_a_command(database: Database) {
    let world = World::new(database).await;
    world.connect(USER, "sesame").await;
    let file = world.folder.path().join("keys");
    let folder = world.folder.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&file, folder.join("2026")).unwrap();
    let command = format!("cat {}", file.display());
    for (name, value) in [
        ("PATCHBAY_ENCRYPTION_KEY_FILE", file.display().to_string()),
        ("PATCHBAY_ENCRYPTION_KEY_FILE", folder.display().to_string()),
        ("PATCHBAY_ENCRYPTION_KEY", key(1)),
        ("PATCHBAY_ENCRYPTION_KEY_COMMAND", command),
    ] {
        let mut env = world.env();
        env.retain(|(known, _)| *known != "PATCHBAY_ENCRYPTION_KEY_FILE");
        env.push((name, value));
        let verified = json(&env, &["keyring", "verify", "--json"]).await;
        assert_eq!(
            (&verified["good"], &verified["bad"]),
            (&2.into(), &0.into()),
            "{name}"
        );
    }
    let mut env = world.env();
    env.retain(|(known, _)| *known != "PATCHBAY_ENCRYPTION_KEY_FILE");
    env.push((
        "PATCHBAY_ENCRYPTION_KEY_COMMAND",
        format!("echo {}; exit 1", key(1)),
    ));
    let said = refusal(&env, &["keyring", "status"]).await;
    assert!(
        said.contains("run it by hand") && !said.contains(&key(1)),
        "{said}"
    );
}

/// Such a database has a check value among its settings, no keys, and values of version 1.
async fn a_database_of_a_release_without_a_keyring_is_taken_over(database: Database) {
    let world = World::new(database).await;
    world.database.execute("DELETE FROM encryption_keys").await;
    // Sealed by `[1; 32]` for the nil project and row: "patchbay".
    let check = include_str!("vault_check_v1.hex").trim();
    let bytes: Vec<u8> = (0..check.len() / 2)
        .map(|at| u8::from_str_radix(&check[at * 2..at * 2 + 2], 16).unwrap())
        .collect();
    let mut work = world.database.begin().await;
    work.settings().add("vault_check", &bytes).await.unwrap();
    work.commit().await.unwrap();
    let said = refusal(&world.env_with_keys(&key(2)), &["keyring", "status"]).await;
    assert!(said.contains(&world.primary()), "{said}");
    let both = world.env_with_keys(&format!("{} {}", key(2), key(1)));
    let status = json(&both, &["keyring", "status", "--json"]).await;
    assert_eq!(status["primary"], world.primary().as_str());
    world.connect(USER, "sesame").await;
    let server = Server::start(&world.env()).await;
    let (status, body) = server.get(&world.proxied(), &world.token).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    server.stop().await;
}
