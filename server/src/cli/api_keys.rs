//! `patchbay api-key`.

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say};
use crate::{
    access::{MayAdminister, Staff},
    config::{ApiKeyCommand, Shared},
    domain::api_key::{ApiKey, ApiScope},
    use_cases::api_keys,
};

pub async fn run(shared: &Shared, command: ApiKeyCommand) -> Outcome {
    match command {
        ApiKeyCommand::Create {
            project,
            name,
            scopes,
            json,
        } => create(shared, &project, &name, scopes, json).await,
        ApiKeyCommand::List { project, json } => list(shared, &project, json).await,
        ApiKeyCommand::Revoke { project, id, json } => revoke(shared, &project, &id, json).await,
    }
}

fn administrator() -> Result<MayAdminister, String> {
    let right = Staff::console().administrator();
    right.map_err(|error| error.to_string())
}

async fn create(
    shared: &Shared,
    project: &str,
    name: &str,
    scopes: Vec<ApiScope>,
    as_json: bool,
) -> Outcome {
    let services = open(shared).await?;
    let project = project_id(project)?;
    let made = api_keys::create(&services, administrator()?, project, name, scopes)
        .await
        .map_err(say)?;
    if as_json {
        let mut row = row(&made.key);
        row["key"] = made.secret.expose().into();
        println!("{row}");
    } else {
        println!(
            "Key {}. It is shown once and stored nowhere:\n{}",
            made.key.id,
            made.secret.expose()
        );
    }
    Ok(())
}

async fn list(shared: &Shared, project: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let reader = Staff::console().reader();
    let keys = api_keys::list(&services, reader, project_id(project)?)
        .await
        .map_err(say)?;
    if as_json {
        let rows: Vec<_> = keys.iter().map(row).collect();
        println!("{}", json!({ "apiKeys": rows }));
    } else {
        for key in keys {
            let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
            println!("{}  {}  {}", key.id, scopes.join(" "), key.name);
        }
    }
    Ok(())
}

async fn revoke(shared: &Shared, project: &str, id: &str, as_json: bool) -> Outcome {
    let key = id
        .parse()
        .map_err(|_| format!("{id} is not a key's id; `patchbay api-key list` prints them"))?;
    let services = open(shared).await?;
    api_keys::revoke(&services, administrator()?, project_id(project)?, key)
        .await
        .map_err(say)?;
    if as_json {
        println!("{}", json!({ "revoked": id }));
    } else {
        println!("The key {id} is no longer taken.");
    }
    Ok(())
}

fn row(key: &ApiKey) -> Value {
    json!({
        "id": key.id.to_string(),
        "name": key.name,
        "scopes": key.scopes,
        "createdAt": key.created_at.to_string(),
    })
}
