//! The audit trail, by the real binary on both engines.

use serde_json::Value;
use server::{
    access::Staff,
    domain::{audit::Action, id::ProjectId},
    ports::store::UnitOfWork,
    use_cases::audit::{self, Did},
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    contract::stories,
    support::{
        process::{Env, json, refusal, run},
        rows::at,
        store::{Database, read},
    },
};

stories!(
    what_operators_do_is_told_without_secrets,
    a_trail_that_was_touched_is_noticed,
    two_who_write_at_once_make_one_chain,
    what_did_not_happen_is_not_told,
);

struct World {
    env: Env,
    folder: TempDir,
    project: String,
}

impl World {
    async fn new(database: &Database) -> Self {
        let env = vec![
            ("PATCHBAY_DATABASE_URL", database.url.clone()),
            ("PATCHBAY_ENCRYPTION_KEY", "QUFB".repeat(10) + "QUE="),
        ];
        let made = json(&env, &["project", "create", "--name", "Acme", "--json"]).await;
        let project = made["environments"][0]["projectId"].as_str().unwrap();
        Self {
            project: project.to_owned(),
            folder: TempDir::new().unwrap(),
            env,
        }
    }

    async fn command(&self, args: &[&str]) -> String {
        let (code, stdout, stderr) = run(&self.env, args).await;
        assert_eq!(code, 0, "{args:?}: {stderr}");
        stdout
    }

    async fn verify(&self) -> Value {
        json(&self.env, &["audit", "verify", "--json"]).await
    }
}

async fn what_operators_do_is_told_without_secrets(database: Database) {
    let world = World::new(&database).await;
    let project = world.project.as_str();
    let file = |name: &str, content: &str| {
        let path = world.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let secret = file("secret", "a client secret");
    let password = file("password", "a long password of somebody");
    world
        .command(&[
            "origin",
            "add",
            "--project",
            project,
            "https://app.example.com",
        ])
        .await;
    world
        .command(&[
            "integration",
            "set",
            "--project",
            project,
            "--type",
            "slack",
            "--client-id",
            "x",
            "--client-secret-file",
            &secret,
            "--active",
            "true",
        ])
        .await;
    let key = json(
        &world.env,
        &["key", "create", "--project", project, "--json"],
    )
    .await;
    world
        .command(&[
            "operator",
            "create",
            "--email",
            "ada@example.com",
            "--password-file",
            &password,
            "--role",
            "member",
        ])
        .await;

    let listed = json(&world.env, &["audit", "list", "--json"]).await;
    let told: Vec<_> = listed["entries"].as_array().unwrap().iter().rev().collect();
    let actions: Vec<_> = told
        .iter()
        .map(|one| one["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "project.created",
            "origin.added",
            "integration.set",
            "key.created",
            "operator.created"
        ]
    );
    assert!(
        told.iter()
            .all(|one| one["actor"] == "console" && one["operatorId"].is_null())
    );
    assert_eq!(told[1]["subject"], "https://app.example.com");
    assert_eq!(
        told[2]["detail"],
        serde_json::json!({ "clientId": "x", "clientSecret": "changed", "active": true })
    );
    assert_eq!(told[3]["subject"], key["keyId"]);
    let text = listed.to_string();
    assert!(!text.contains("a client secret") && !text.contains("long password"));

    let of_project = ["audit", "list", "--project", project, "--json"];
    let of_project = json(&world.env, &of_project).await;
    assert_eq!(of_project["entries"].as_array().unwrap().len(), 3);
    assert_eq!(world.verify().await["good"], 5);
}

async fn a_trail_that_was_touched_is_noticed(database: Database) {
    let world = World::new(&database).await;
    for origin in [
        "https://a.example",
        "https://b.example",
        "https://c.example",
    ] {
        world
            .command(&["origin", "add", "--project", &world.project, origin])
            .await;
    }
    let noted = world.verify().await["end"].as_str().unwrap().to_owned();
    let verify = ["audit", "verify", "--noted", &noted];
    world.command(&verify).await;

    database
        .execute("UPDATE audit_entries SET subject = 'https://evil.example' WHERE number = 2")
        .await;
    let told = refusal(&world.env, &["audit", "verify"]).await;
    assert!(
        told.contains("entry 2") && told.contains("altered"),
        "{told}"
    );
    database
        .execute("UPDATE audit_entries SET subject = 'https://a.example' WHERE number = 2")
        .await;
    world.command(&verify).await;

    database
        .execute("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE number = 3")
        .await;
    database
        .execute("DELETE FROM audit_entries WHERE number = 3")
        .await;
    let told = refusal(&world.env, &["audit", "verify"]).await;
    assert!(
        told.contains("entry 3") && told.contains("missing"),
        "{told}"
    );
    database
        .execute("INSERT INTO audit_entries SELECT * FROM kept")
        .await;
    world.command(&verify).await;

    database
        .execute("DELETE FROM audit_entries WHERE number = 4")
        .await;
    let told = refusal(&world.env, &["audit", "verify"]).await;
    assert!(
        told.contains("entry 4") && told.contains("missing"),
        "{told}"
    );

    // Whoever can write can also make the end fit, and is betrayed by what was noted elsewhere.
    database
        .execute("UPDATE audit_end SET number = 3, link = (SELECT link FROM audit_entries WHERE number = 3)")
        .await;
    world.command(&["audit", "verify"]).await;
    let told = refusal(&world.env, &verify).await;
    assert!(
        told.contains("entry 4") && told.contains("missing"),
        "{told}"
    );
    world
        .command(&[
            "origin",
            "add",
            "--project",
            &world.project,
            "https://d.example",
        ])
        .await;
    let told = refusal(&world.env, &verify).await;
    assert!(told.contains("entry 4") && told.contains("noted"), "{told}");
}

/// Adds an entry, and keeps the unit of work.
async fn write(work: &mut dyn UnitOfWork, subject: &str) {
    let did = Did::new(Action::OriginAdded, Some(ProjectId(Uuid::nil())), subject);
    let actor = Staff::console().actor();
    audit::record(work, at(1), &actor, did)
        .await
        .expect("recorded");
}

async fn two_who_write_at_once_make_one_chain(database: Database) {
    let mut first = database.begin().await;
    write(&mut *first, "first").await;
    let second = {
        let database = database.clone();
        tokio::spawn(async move {
            let mut second = database.begin().await;
            write(&mut *second, "second").await;
            second.commit().await.expect("committed");
        })
    };
    write(&mut *first, "still the first").await;
    first.commit().await.expect("committed");
    second.await.unwrap();
    let entries = read!(database, audit.list_after(0, 10));
    let subjects: Vec<_> = entries.iter().map(|entry| entry.subject.as_str()).collect();
    assert_eq!(subjects, ["first", "still the first", "second"]);
    let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

async fn what_did_not_happen_is_not_told(database: Database) {
    let mut work = database.begin().await;
    write(&mut *work, "undone").await;
    drop(work);
    assert!(read!(database, audit.list_after(0, 10)).is_empty());
    assert_eq!(read!(database, audit.end()).number, 0);
}
