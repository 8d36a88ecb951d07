//! A webhook's secrets are known to the keyring.

use serde_json::Value;

use super::World;
use crate::{
    contract::stories,
    support::{process::json, store::Database},
};

stories!(both_secrets_of_a_webhook_follow_the_key);

async fn both_secrets_of_a_webhook_follow_the_key(database: Database) {
    let world = World::new(database).await;
    let (env, project) = (world.env(), world.project.to_string());
    let webhook = async |args: &[&str]| {
        let args = [&["webhook"], args, &["--project", &project, "--json"]].concat();
        json(&env, &args).await
    };
    let added = webhook(&["add", "https://app.example.com/hook"]).await;
    let id = added["id"].as_str().expect("its id");
    let rotated = webhook(&["rotate", id]).await;
    assert_ne!(added["secret"], rotated["secret"]);
    let listed = webhook(&["list"]).await;
    assert_eq!(listed["webhooks"][0]["enabled"], true);
    assert_eq!(listed["webhooks"][0].get("secret"), None);

    let old = world.primary();
    world.write_keys(&[1, 2]);
    let known = json(&env, &["keyring", "add", "--json"]).await;
    let new = known["added"][0].as_str().expect("one was added");
    let rotated = json(&env, &["keyring", "rotate", "--json"]).await;
    assert_eq!(rotated["unreadable"], Value::Array(Vec::new()));
    let status = json(&env, &["keyring", "status", "--json"]).await;
    let of = |id: &str| -> Value {
        let keys = status["keys"].as_array().expect("keys");
        let found = keys.iter().find(|key| key["id"] == id);
        found.expect("it is known").clone()
    };
    assert_eq!(of(new)["values"]["webhookSecrets"], 1);
    assert_eq!(of(new)["values"]["formerWebhookSecrets"], 1);
    assert_eq!(of(&old)["total"], 0);
    let verified = json(&env, &["keyring", "verify", "--json"]).await;
    assert_eq!(verified["bad"], 0);
}
