//! `patchbay keyring`.

use serde_json::{Value, json};

use super::{Outcome, open, say};
use crate::{
    access::Staff,
    config::{KeyringCommand, Shared},
    domain::encryption_key::{EncryptionKeyId, Holder},
    use_cases::{
        Services,
        keyring::{self, KeyUse, Status, places::Unreadable, rotate, verify},
    },
};

pub async fn run(shared: &Shared, command: KeyringCommand) -> Outcome {
    let services = open(shared).await?;
    let console = Staff::console();
    let administrator = || console.administrator().map_err(|error| error.to_string());
    match command {
        KeyringCommand::Status { json } => {
            let status = keyring::status(&services, console.reader());
            print_status(&status.await.map_err(say)?, json);
            Ok(())
        }
        KeyringCommand::Add { key, json } => {
            let added = keyring::add(&services, administrator()?, key);
            print_added(&added.await.map_err(say)?, json);
            Ok(())
        }
        KeyringCommand::Rotate { to, json } => {
            let rotated = rotate::run(&services, administrator()?, to);
            print_rotated(&rotated.await.map_err(say)?, json)
        }
        KeyringCommand::Retire { key, json } => {
            let retired = keyring::retire(&services, administrator()?, key);
            retired.await.map_err(say)?;
            if json {
                println!("{}", json!({ "retired": key.to_string() }));
            } else {
                println!(
                    "Key {key} is retired. Take it away from the servers; keep a copy as long as you \
                     keep backups that were made with it."
                );
            }
            Ok(())
        }
        KeyringCommand::Verify { json } => run_verify(&services, json).await,
    }
}

fn print_status(status: &Status, as_json: bool) {
    if as_json {
        let unknown = status.unknown.iter();
        let unknown: Vec<_> = unknown
            .map(|(id, values)| json!({ "id": id.to_string(), "values": values }))
            .collect();
        println!(
            "{}",
            json!({
                "primary": status.primary.to_string(),
                "keys": status.keys.iter().map(key_row).collect::<Vec<_>>(),
                "servers": status.servers.iter().map(server_row).collect::<Vec<_>>(),
                "unknownKeys": unknown,
                "unreadable": status.unreadable.iter().map(bad_row).collect::<Vec<_>>(),
            })
        );
        return;
    }
    for used in &status.keys {
        let here = if used.is_loaded {
            ""
        } else {
            "  not loaded here"
        };
        println!(
            "{}  {:<8} since {}  {} values{here}",
            used.key.id,
            used.key.state.as_str(),
            used.key.since,
            used.values.values().sum::<u64>(),
        );
    }
    for (id, values) in &status.unknown {
        println!("{id}  unknown   {values} values: find this key");
    }
    for server in &status.servers {
        let keys: Vec<String> = server.keys.iter().map(ToString::to_string).collect();
        println!("{}  has {}", server.name, keys.join(", "));
    }
    print_bad(&status.unreadable);
}

fn key_row(used: &KeyUse) -> Value {
    json!({
        "id": used.key.id.to_string(),
        "state": used.key.state.as_str(),
        "since": used.key.since.to_string(),
        "loaded": used.is_loaded,
        "total": used.values.values().sum::<u64>(),
        "values": used.values,
    })
}

fn server_row(server: &Holder) -> Value {
    json!({
        "id": server.process.to_string(),
        "name": server.name,
        "keys": server.keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "primary": server.primary.to_string(),
        "secondsAgo": server.age.as_secs(),
    })
}

fn bad_row(bad: &Unreadable) -> Value {
    json!({
        "table": bad.table,
        "row": bad.row,
        "field": bad.field,
        "reason": bad.reason.to_string(),
    })
}

fn print_bad(bad: &[Unreadable]) {
    for bad in bad {
        println!(
            "{} row {}: {}: {}",
            bad.table, bad.row, bad.field, bad.reason
        );
    }
}

fn print_added(added: &[EncryptionKeyId], as_json: bool) {
    if as_json {
        let added: Vec<_> = added.iter().map(ToString::to_string).collect();
        println!("{}", json!({ "added": added }));
    } else if added.is_empty() {
        println!("The database knows every key of this command already.");
    } else {
        for id in added {
            println!("{id} is known. When every server has it, run `patchbay keyring rotate`.");
        }
    }
}

fn print_rotated(rotated: &rotate::Rotated, as_json: bool) -> Outcome {
    if as_json {
        println!(
            "{}",
            json!({
                "primary": rotated.primary.to_string(),
                "rewrapped": rotated.rewrapped,
                "overtaken": rotated.overtaken,
                "unreadable": rotated.unreadable.iter().map(bad_row).collect::<Vec<_>>(),
            })
        );
    } else {
        println!(
            "Everything is sealed with key {}; {} rows were wrapped anew.",
            rotated.primary, rotated.rewrapped
        );
        print_bad(&rotated.unreadable);
    }
    unless_bad(rotated.unreadable.len() as u64)
}

async fn run_verify(services: &Services, as_json: bool) -> Outcome {
    let verified = verify::run(services, Staff::console().reader());
    let verified = verified.await.map_err(say)?;
    if as_json {
        println!(
            "{}",
            json!({
                "good": verified.good,
                "bad": verified.bad,
                "rows": verified.named.iter().map(bad_row).collect::<Vec<_>>(),
            })
        );
    } else {
        println!("{} values open.", verified.good);
        print_bad(&verified.named);
    }
    unless_bad(verified.bad)
}

fn unless_bad(bad: u64) -> Outcome {
    match bad {
        0 => Ok(()),
        _ => Err(format!(
            "{bad} values do not open; their owners can reconnect, or restore them from a backup"
        )),
    }
}
