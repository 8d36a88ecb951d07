//! `patchbay audit`.

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say};
use crate::{
    access::Staff,
    config::{AuditCommand, Shared},
    domain::audit::{End, Entry, Link},
    use_cases::audit::{self, Verified},
};

pub async fn run(shared: &Shared, command: AuditCommand) -> Outcome {
    match command {
        AuditCommand::List {
            project,
            limit,
            json,
        } => list(shared, project.as_deref(), limit, json).await,
        AuditCommand::Verify { noted, json } => verify(shared, noted.as_deref(), json).await,
    }
}

async fn list(shared: &Shared, project: Option<&str>, limit: u32, as_json: bool) -> Outcome {
    let project = project.map(project_id).transpose()?;
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let entries = audit::list(&services, right, project, limit).await;
    let entries = entries.map_err(say)?;
    if as_json {
        let rows: Vec<_> = entries.iter().map(row).collect();
        println!("{}", json!({ "entries": rows }));
        return Ok(());
    }
    for entry in &entries {
        println!(
            "{:>6}  {}  {:<28} {:<24} {}  {}",
            entry.number, entry.at, entry.actor.name, entry.action, entry.subject, entry.detail
        );
    }
    Ok(())
}

fn row(entry: &Entry) -> Value {
    json!({
        "number": entry.number,
        "at": entry.at.to_string(),
        "actor": entry.actor.name,
        "operatorId": entry.actor.operator.map(|id| id.to_string()),
        "action": entry.action,
        "projectId": entry.project.map(|id| id.to_string()),
        "subject": entry.subject,
        "detail": serde_json::from_str::<Value>(&entry.detail).unwrap_or_default(),
    })
}

async fn verify(shared: &Shared, noted: Option<&str>, as_json: bool) -> Outcome {
    let noted = noted
        .map(|text| {
            read_end(text)
                .ok_or("--noted takes what `patchbay audit verify` printed, such as 12:9f2c…")
        })
        .transpose()?;
    let services = open(shared).await?;
    let verified = audit::verify(&services, Staff::console().reader(), noted);
    let verified = verified.await.map_err(say)?;
    print(&verified, as_json);
    match verified.flaw {
        None => Ok(()),
        Some((number, flaw)) => Err(format!("entry {number}: {}", flaw.sentence())),
    }
}

fn print(verified: &Verified, as_json: bool) {
    let end = written(verified.end);
    if as_json {
        let flaw = verified
            .flaw
            .map(|(number, flaw)| json!({ "number": number, "reason": flaw.sentence() }));
        println!(
            "{}",
            json!({ "good": verified.good, "end": end, "flaw": flaw })
        );
    } else {
        println!("{} entries fit. The trail ends at {end}", verified.good);
    }
}

fn written(end: End) -> String {
    let hash: String = end.link.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}:{hash}", end.number)
}

fn read_end(text: &str) -> Option<End> {
    let (number, hash) = text.trim().split_once(':')?;
    if hash.len() != 64 || !hash.is_ascii() {
        return None;
    }
    let mut link: Link = [0; 32];
    for (at, byte) in link.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hash[at * 2..at * 2 + 2], 16).ok()?;
    }
    let number = number.parse().ok()?;
    Some(End { number, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_as_it_was_written() {
        let end = End {
            number: 12,
            link: std::array::from_fn(|at| at as u8 * 7),
        };
        assert_eq!(read_end(&written(end)), Some(end));
        for wrong in [
            "",
            "12",
            "12:",
            "12:zz",
            &format!("x:{}", "0".repeat(64)),
            &format!("1:{}", "é".repeat(32)),
        ] {
            assert_eq!(read_end(wrong), None, "{wrong}");
        }
    }
}
