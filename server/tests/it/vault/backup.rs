//! A copy of everything while others write, and back into either engine.

use std::{path::Path, sync::Arc};

use server::{
    domain::{connection::ConnectionStatus, operator::Role, token_set::Account},
    ports::store::NewCredential,
};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};

use super::{USER, World, key};
use crate::{
    contract::stories,
    support::{
        process::{Env, Server, json, patchbay, refusal, run},
        rows,
        store::{Database, write},
    },
};

stories!(
    a_backup_is_of_one_moment_while_others_write,
    a_backup_comes_back_whole_into_either_engine,
    a_backup_that_is_not_whole_replaces_nothing,
);

fn path(world: &World, name: &str) -> String {
    world.folder.path().join(name).display().to_string()
}

/// The environment of another database.
fn with_url(world: &World, url: &str) -> Env {
    let mut env = world.env();
    env.retain(|(name, _)| *name != "PATCHBAY_DATABASE_URL");
    env.push(("PATCHBAY_DATABASE_URL", url.to_owned()));
    env
}

async fn a_backup_is_of_one_moment_while_others_write(database: Database) {
    let world = Arc::new(World::new(database).await);
    let pair = world.connect_many(2).await;
    let others = world.connect_many(500).await;
    let server = Server::start(&world.env()).await;
    let file = path(&world, "backup.db");
    let mut backup = patchbay(&world.env(), &["backup", "--to", &file])
        .spawn()
        .unwrap();
    let mut written = 0;
    // Both of a pair change in one unit of work: no moment has only one of them.
    while backup.try_wait().unwrap().is_none() {
        written += 1;
        let mut work = world.database.begin().await;
        for connection in [&pair[0], &others[written % 500], &pair[1]] {
            let new = NewCredential {
                credential: world.seal(connection.id, &format!("round {written}")),
                method: connection.method.clone(),
                status: ConnectionStatus::Valid,
                expires_at: None,
                refresh_due_at: None,
                scopes: None,
                metadata: connection.metadata.clone(),
            };
            let now = world.services.now();
            work.connections()
                .replace_credential(connection.id, &new, &Account::default(), now)
                .await
                .unwrap();
        }
        work.commit().await.unwrap();
    }
    assert!(backup.wait().await.unwrap().success());
    assert!(written > 5, "too few writes to tell: {written}");
    server.stop().await;

    let restored = format!("sqlite://{}", path(&world, "restored.db"));
    let env = with_url(&world, &restored);
    let told = json(&env, &["restore", "--from", &file, "--json"]).await;
    assert_eq!((&told["good"], &told["bad"]), (&503.into(), &0.into()));
    let database = Database::at(&restored).await;
    let mut versions = Vec::new();
    for connection in &pair {
        let mut reader = database.read().await;
        let found = reader
            .connections()
            .lookup(connection.id)
            .await
            .unwrap()
            .unwrap();
        versions.push(found.version);
    }
    assert_eq!(versions[0], versions[1]);
}

/// Rows of most tables.
async fn fill(world: &World) {
    let database = &world.database;
    let project = rows::stored_project(database).await;
    let mut integration = rows::integration(&project, "acme");
    integration.client_secret = None;
    write!(database, integrations.add(&integration)).unwrap();
    write!(database, keys.add(&rows::key(&project, 1))).unwrap();
    write!(
        database,
        issuers.add(&rows::issuer(&project, "https://issuer.example"))
    )
    .unwrap();
    write!(
        database,
        origins.add(project.id, "https://a.example", rows::at(0))
    )
    .unwrap();
    write!(database, users.lock(project.id, "user", rows::at(0))).unwrap();
    write!(
        database,
        operators.add(&rows::operator("a@example.com", Role::Admin))
    )
    .unwrap();
}

async fn a_backup_comes_back_whole_into_either_engine(database: Database) {
    let world = World::new(database).await;
    world.connect(USER, "sesame").await;
    fill(&world).await;
    let (first, second, third) = ("first.db", "second.db", "third.db");
    let [first, second, third] = [first, second, third].map(|name| path(&world, name));
    json(&world.env(), &["backup", "--to", &first, "--json"]).await;
    let before = tables(Path::new(&first)).await;
    let filled = before.iter().filter(|(_, rows)| !rows.is_empty()).count();
    assert!(
        filled >= 9,
        "too few tables hold something to tell: {filled}"
    );

    let other = format!("sqlite://{}", path(&world, "other.db"));
    let other = with_url(&world, &other);
    json(&other, &["restore", "--from", &first, "--json"]).await;
    json(&other, &["backup", "--to", &second, "--json"]).await;
    assert_eq!(tables(Path::new(&second)).await, before);
    let trail = json(&other, &["audit", "list", "--json"]).await;
    let latest = trail["entries"].as_array().unwrap().iter().take(2);
    let latest: Vec<_> = latest.map(|entry| &entry["action"]).collect();
    assert_eq!(latest, ["backup.created", "backup.restored"]);
    json(&other, &["audit", "verify", "--json"]).await;

    // Back into the first one, whatever engine it is.
    world
        .database
        .execute("UPDATE projects SET name = 'changed'")
        .await;
    let said = refusal(&world.env(), &["restore", "--from", &second]).await;
    assert!(said.contains("--replace"), "{said}");
    let server = Server::start(&world.env()).await;
    let replace = ["restore", "--from", &second, "--replace", "--json"];
    let said = refusal(&world.env(), &replace).await;
    assert!(said.contains("Stop every server"), "{said}");
    server.stop().await;
    json(&world.env(), &replace).await;
    json(&world.env(), &["backup", "--to", &third, "--json"]).await;
    assert_eq!(tables(Path::new(&third)).await, before);
    let said = refusal(&world.env(), &["backup", "--to", &third]).await;
    assert!(said.contains("is there already"), "{said}");

    // It works, too.
    let server = Server::start(&world.env()).await;
    let (status, body) = server.get(&world.proxied(), &world.token).await;
    assert_eq!(status, 200, "{body}");
    server.stop().await;
    let leftovers = std::fs::read_dir(world.folder.path()).unwrap();
    let leftovers: Vec<_> = leftovers
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial") || name.contains("restoring"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

type Tables = Vec<(String, Vec<String>)>;

/// Every table of a backup with its rows, as text, sorted. But the audit trail: it grows by each
/// backup and restore.
async fn tables(file: &Path) -> Tables {
    let url = format!("sqlite://{}?mode=ro", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_sqlx_migrations' \
         AND name NOT LIKE 'audit%' ORDER BY name",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut all = Vec::new();
    for name in names {
        let columns: Vec<String> = sqlx::query(AssertSqlSafe(format!("PRAGMA table_info({name})")))
            .fetch_all(&mut connection)
            .await
            .unwrap()
            .iter()
            .map(|row| format!("quote({})", row.get::<String, _>("name")))
            .collect();
        let sql = format!("SELECT {} FROM {name}", columns.join(" || ',' || "));
        let mut rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        rows.sort();
        all.push((name, rows));
    }
    all
}

async fn a_backup_that_is_not_whole_replaces_nothing(database: Database) {
    let world = World::new(database).await;
    world.connect_many(200).await;
    let file = path(&world, "good.db");
    json(&world.env(), &["backup", "--to", &file, "--json"]).await;
    let good = std::fs::read(&file).unwrap();
    let empty = format!("sqlite://{}", path(&world, "empty.db"));
    let env = with_url(&world, &empty);

    let mut cut = good.clone();
    cut.truncate(good.len() / 2);
    let mut holed = good.clone();
    holed[8192..8192 + 2048].fill(0xff);
    let cases = [
        ("cut", cut),
        ("holed", holed),
        ("text", b"this is no database".to_vec()),
        ("nothing", Vec::new()),
    ];
    for (what, bytes) in cases {
        let bad = path(&world, what);
        std::fs::write(&bad, bytes).unwrap();
        let said = refusal(&env, &["restore", "--from", &bad]).await;
        let names_it = said.contains("damaged") || said.contains("not a backup");
        assert!(names_it, "{what}: {said}");
    }
    let said = refusal(&env, &["restore", "--from", "/nowhere"]).await;
    assert!(said.contains("cannot be read"), "{said}");

    // Whole, and of a key that is not here.
    let mut other_key = env.clone();
    other_key.retain(|(name, _)| *name != "PATCHBAY_ENCRYPTION_KEY_FILE");
    other_key.push(("PATCHBAY_ENCRYPTION_KEY", key(9)));
    let said = refusal(&other_key, &["restore", "--from", &file]).await;
    assert!(said.contains(&world.primary()), "{said}");

    // Whole, with one value that somebody swapped.
    let swap = "UPDATE connections SET credential = (SELECT credential FROM connections ORDER BY id LIMIT 1)";
    let mut connection = SqliteConnection::connect(&format!("sqlite://{file}"))
        .await
        .unwrap();
    sqlx::query(swap).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let said = refusal(&env, &["restore", "--from", &file]).await;
    assert!(said.contains("199 values"), "{said}");
    let (code, ..) = run(&env, &["project", "create", "--name", "x"]).await;
    assert_eq!(
        code, 0,
        "the empty database is one still, with a key of its own"
    );
    let (code, ..) = run(
        &env,
        &["restore", "--from", &file, "--replace", "--accept-bad"],
    )
    .await;
    assert_eq!(code, 0);
}
