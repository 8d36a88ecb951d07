//! `patchbay backup` and `patchbay restore`.

use serde_json::json;

use super::{Outcome, open, say};
use crate::{
    access::Staff,
    config::{BackupArgs, RestoreArgs, Shared},
    domain::secret::Secret,
    ports::store::StoreError,
    runtime,
    store::OpenedBackup,
    use_cases::{
        Error,
        backup::{self, Consent},
        keyring::verify,
    },
};

pub async fn create(shared: &Shared, args: &BackupArgs) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let created = backup::create(&services, right, &args.to).await;
    created.map_err(say_why)?;
    let size = std::fs::metadata(&args.to).map_or(0, |file| file.len());
    if args.json {
        println!("{}", json!({ "file": args.to, "bytes": size }));
    } else {
        println!(
            "{} holds everything but the encryption keys ({size} bytes). Keep it apart from them.",
            args.to.display()
        );
    }
    Ok(())
}

/// What the store says of files stands in the source of its error.
fn say_why(error: Error) -> String {
    match error {
        Error::Unavailable(source) => cause(&source),
        other => say(other),
    }
}

fn cause(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(source) => runtime::describe(&**source),
        other => other.to_string(),
    }
}

/// Checks the whole backup before it touches the database.
pub async fn restore(shared: &Shared, args: &RestoreArgs) -> Outcome {
    let opened = OpenedBackup::new(&args.from).await;
    let opened = opened.map_err(|error| cause(&error))?;
    let of_backup = Shared {
        database_url: Secret::new(opened.url()),
        ..shared.clone()
    };
    let console = Staff::console();
    let right = console.administrator().map_err(|error| error.to_string())?;
    let services = open(&of_backup).await?;
    let verified = verify::run(&services, console.reader())
        .await
        .map_err(say)?;
    let now = services.now();
    // What it wrote lies beside the file until its connections are closed.
    drop(services);
    let store = crate::store::connect(shared.database_url.expose()).await;
    let store = store.map_err(|error| runtime::describe(&error))?;
    let consent = Consent {
        replace: args.replace,
        accept_bad: args.accept_bad,
    };
    let restored = backup::restore(&*store, right, now, opened.path(), &verified, consent).await;
    restored.map_err(say_why)?;
    if args.json {
        println!("{}", json!({ "good": verified.good, "bad": verified.bad }));
    } else {
        println!("Restored: {} sealed values open.", verified.good);
    }
    Ok(())
}
