//! `patchbay connection import` and `export`.

use std::{
    io::{Read, Write},
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say};
use crate::{
    access::Staff,
    config::{ExportArgs, ImportArgs, ImportFormat, Shared, read_secret_file},
    domain::secret::Secret,
    use_cases::{
        Services,
        keyring::beat::{self, Beat},
        snapshot,
        transfer::{
            self, Format,
            export::{self, Wanted},
            import::{self, How, Outcome as Verdict, Row},
        },
    },
};

/// The largest file that is read, in bytes. A larger one is split.
const MAX_FILE: u64 = 256 * 1024 * 1024;

pub async fn import(shared: &Shared, args: &ImportArgs) -> Outcome {
    let services = open(shared).await?;
    let project = project_id(&args.project)?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let text = read(&args.file)?;
    let text = decrypted(&services, text, args.key_file.as_deref())?;
    let how = How {
        format: match args.format {
            ImportFormat::Patchbay => Format::Patchbay,
            ImportFormat::Nango => Format::Nango,
        },
        check: !args.no_check,
        dry_run: args.dry_run,
    };
    let rows = transfer::rows(&text).map_err(say)?;
    drop(text);
    let snapshot = snapshot::fresh(&services, project).await.map_err(say)?;
    if !how.dry_run {
        let begun = import::begin(&services, &right, project, rows.len()).await;
        begun.map_err(say)?;
    }
    let mut keeper = Keeper::new();
    let mut report = Report::new(args.json);
    for row in rows {
        keeper.follow(&services).await?;
        let row = import::row(&services, &right, (project, &*snapshot), how, row).await;
        match row {
            Ok(row) => report.note(&row),
            Err(error) => {
                let rest = format!(
                    "{}; the rows before are stored, so run it again",
                    say(error)
                );
                return Err(rest);
            }
        }
    }
    keeper.leave(&services).await;
    report.end()
}

/// An import takes as long as providers take, so it follows the keyring as a server does.
struct Keeper {
    beat: Beat,
    last: Option<Instant>,
}

impl Keeper {
    fn new() -> Self {
        Self {
            beat: Beat::new(format!("connection import (pid {})", std::process::id())),
            last: None,
        }
    }

    async fn follow(&mut self, services: &Services) -> Outcome {
        if self.last.is_none_or(|last| last.elapsed() > beat::EVERY) {
            self.beat.run(services).await.map_err(say)?;
            self.last = Some(Instant::now());
        }
        Ok(())
    }

    async fn leave(self, services: &Services) {
        // Whoever waits for it gives up by itself.
        let patience = Duration::from_secs(5);
        let _ = tokio::time::timeout(patience, beat::leave(services)).await;
    }
}

/// What became of the rows, counted, and told one by one as they come.
struct Report {
    as_json: bool,
    imported: u64,
    existed: u64,
    failed: u64,
    rows: Vec<Value>,
}

impl Report {
    fn new(as_json: bool) -> Self {
        Self {
            as_json,
            imported: 0,
            existed: 0,
            failed: 0,
            rows: Vec::new(),
        }
    }

    fn note(&mut self, row: &Row) {
        let (outcome, id, message) = match &row.outcome {
            Verdict::Imported(id) => ("imported", Some(*id), None),
            Verdict::Fits => ("fits", None, None),
            Verdict::Exists(id) => ("exists", Some(*id), None),
            Verdict::Refused(why) => ("refused", None, Some(why.as_str())),
            Verdict::Unavailable(why) => ("unavailable", None, Some(why.as_str())),
        };
        match row.outcome {
            Verdict::Imported(_) | Verdict::Fits => self.imported += 1,
            Verdict::Exists(_) => self.existed += 1,
            Verdict::Refused(_) | Verdict::Unavailable(_) => self.failed += 1,
        }
        if self.as_json {
            self.rows.push(json!({
                "userId": row.user_id,
                "integration": row.integration,
                "outcome": outcome,
                "connectionId": id.map(|id| id.to_string()),
                "message": message,
            }));
        } else {
            let (user, integration) = (&row.user_id, &row.integration);
            let message = message.unwrap_or_default();
            println!("{outcome:<12} {user:<24} {integration:<16} {message}");
        }
    }

    fn end(self) -> Outcome {
        if self.as_json {
            println!(
                "{}",
                json!({
                    "imported": self.imported,
                    "existed": self.existed,
                    "failed": self.failed,
                    "rows": self.rows,
                })
            );
        }
        match self.failed {
            0 => Ok(()),
            failed => Err(format!(
                "{failed} rows were not imported; each says why. Run it again: what is there stays"
            )),
        }
    }
}

fn read(path: &Path) -> Result<Secret, String> {
    let odd = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(odd)?;
    file.take(MAX_FILE + 1)
        .read_to_string(&mut text)
        .map_err(odd)?;
    if text.len() as u64 > MAX_FILE {
        return Err(format!(
            "{} is larger than 256 MB; split it",
            path.display()
        ));
    }
    Ok(Secret::new(text))
}

/// An export of Patchbay has a JWE a line.
fn decrypted(services: &Services, text: Secret, key_file: Option<&Path>) -> Result<Secret, String> {
    if text.expose().trim_start().starts_with(['{', '[']) {
        return Ok(text);
    }
    let Some(key_file) = key_file else {
        return Err(
            "the file is not JSON; if it is an export, name its private key with --key-file"
                .to_owned(),
        );
    };
    let key = read_secret_file(key_file)?;
    let mut plain = String::new();
    for (index, line) in text.expose().lines().enumerate() {
        if !line.trim().is_empty() {
            let opened = services.vault.open_from(&key, line);
            let opened = opened.map_err(|error| format!("line {}: {error}", index + 1))?;
            plain.push_str(opened.expose());
            plain.push('\n');
        }
    }
    Ok(Secret::new(plain))
}

pub async fn export(shared: &Shared, args: &ExportArgs) -> Outcome {
    let services = open(shared).await?;
    let project = project_id(&args.project)?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let public_key = read(&args.to_key)?;
    let odd = |error: std::io::Error| format!("the export cannot be written: {error}");
    let mut out: Box<dyn Write + Send> = match &args.to {
        Some(path) => Box::new(std::fs::File::create_new(path).map_err(odd)?),
        None => Box::new(std::io::stdout()),
    };
    let wanted = Wanted {
        project,
        user_id: args.user.as_deref(),
        public_key_pem: public_key.expose(),
    };
    let exported = export::run(&services, right, wanted, |line| writeln!(out, "{line}")).await;
    let exported = exported.map_err(say)?;
    out.flush().map_err(odd)?;
    eprintln!("{} connections were exported.", exported.written);
    if exported.left_out > 0 {
        eprintln!(
            "{} were left out: their owners must connect again.",
            exported.left_out
        );
    }
    Ok(())
}
