//! Somebody alters the database under a server that runs.

use axum::http::StatusCode;

use super::{USER, World};
use crate::{
    contract::stories,
    support::{
        process::{Server, json, run},
        store::Database,
    },
};

stories!(a_value_that_was_altered_is_an_error_and_named);

/// What is done to `ada`'s credential; `bob`'s is there to be taken. SQLite's words, then PostgreSQL's.
const ALTERATIONS: [(&str, &str, &str); 4] = [
    (
        "swapped with another row's",
        "UPDATE connections SET credential = (SELECT credential FROM connections WHERE user_id = 'bob') WHERE user_id = 'ada'",
        "UPDATE connections SET credential = (SELECT credential FROM connections WHERE user_id = 'bob') WHERE user_id = 'ada'",
    ),
    (
        "cut",
        "UPDATE connections SET credential = substr(credential, 1, length(credential) - 1) WHERE user_id = 'ada'",
        "UPDATE connections SET credential = substr(credential, 1, length(credential) - 1) WHERE user_id = 'ada'",
    ),
    (
        "lengthened",
        "UPDATE connections SET credential = CAST(credential || x'00' AS BLOB) WHERE user_id = 'ada'",
        "UPDATE connections SET credential = credential || '\\x00'::bytea WHERE user_id = 'ada'",
    ),
    (
        "replaced by something",
        "UPDATE connections SET credential = x'00ff' WHERE user_id = 'ada'",
        "UPDATE connections SET credential = '\\x00ff'::bytea WHERE user_id = 'ada'",
    ),
];

async fn a_value_that_was_altered_is_an_error_and_named(database: Database) {
    let world = World::new(database).await;
    let env = world.env();
    let server = Server::start(&env).await;
    let is_sqlite = world.database.url.starts_with("sqlite:");
    let connection = world.connect(USER, "sesame").await;
    world.connect("bob", "bobs own").await;
    let row = connection.id.to_string();
    for (what, sqlite, postgres) in ALTERATIONS {
        world.connect(USER, "sesame").await;
        let (status, body) = server.get(&world.proxied(), &world.token).await;
        assert_eq!(status, StatusCode::OK, "before it is {what}: {body}");
        world
            .database
            .execute(if is_sqlite { sqlite } else { postgres })
            .await;
        world
            .database
            .execute("UPDATE connections SET version = version + 1")
            .await;
        let (status, body) = until_not_ok(&server, &world).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{what}: {body}");
        assert!(
            body.contains("internal") && !body.contains("credential"),
            "{what}: {body}"
        );

        let (code, stdout, _) = run(&env, &["keyring", "verify", "--json"]).await;
        assert_ne!(code, 0, "{what}");
        let verified: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let named = &verified["rows"][0];
        assert_eq!(
            (&verified["bad"], &named["row"]),
            (&1.into(), &row.as_str().into()),
            "{what}"
        );
        assert_eq!(
            (&named["table"], &named["field"]),
            (&"connections".into(), &"credential".into())
        );
    }
    // Whoever owns it mends it by connecting again, and the others never noticed.
    world.connect(USER, "sesame").await;
    let verified = json(&env, &["keyring", "verify", "--json"]).await;
    assert_eq!(verified["bad"], 0);
    let log = server.stop().await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&row)).collect();
    assert_eq!(lines.len(), ALTERATIONS.len(), "each once: {log}");
    for line in lines {
        assert!(
            line.contains("connections") && line.contains("credential"),
            "{line}"
        );
    }
    assert!(
        !log.contains("sesame") && !log.contains("bobs own"),
        "{log}"
    );
}

/// The server may trust what it read a quarter of a second ago.
async fn until_not_ok(server: &Server, world: &World) -> (StatusCode, String) {
    for _ in 0..500 {
        let (status, body) = server.get(&world.proxied(), &world.token).await;
        if status != StatusCode::OK {
            return (status, body);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody noticed");
}
