//! The audit trail: entries are added in the unit of work of what they tell of, and checked.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Result, Services};
use crate::{
    access::{MayAdminister, MayRead},
    domain::{
        Timestamp,
        audit::{Action, Actor, End, Entry, Flaw, Link},
        id::ProjectId,
    },
    ports::store::UnitOfWork,
};

/// Entries that are read at once.
const PAGE: u32 = 1_000;
/// Entries of a list at most.
pub const LISTED: u32 = 1_000;

/// What was done, and to what.
pub struct Did<'a> {
    pub action: Action,
    pub project: Option<ProjectId>,
    /// An id, an address, a type.
    pub subject: &'a str,
    /// A JSON object. Names of what changed, never a secret's value.
    pub detail: Value,
}

impl<'a> Did<'a> {
    /// Something that has no further detail.
    pub fn new(action: Action, project: Option<ProjectId>, subject: &'a str) -> Self {
        Self {
            action,
            project,
            subject,
            detail: Value::Object(serde_json::Map::new()),
        }
    }
}

/// Adds an entry to a unit of work, as the last thing before its commit: from here on nobody else can.
pub async fn record(
    work: &mut dyn UnitOfWork,
    now: Timestamp,
    actor: &Actor,
    did: Did<'_>,
) -> Result<()> {
    let end = work.audit().take_end().await?;
    let mut entry = Entry {
        number: end.number + 1,
        at: now,
        actor: actor.clone(),
        action: did.action.as_str().to_owned(),
        project: did.project,
        subject: did.subject.to_owned(),
        detail: did.detail.to_string(),
        link: [0; 32],
    };
    entry.link = link(&entry, &end.link);
    Ok(work.audit().append(&entry).await?)
}

/// The same in a unit of work of its own, for what is no change of the database.
pub async fn note(services: &Services, actor: &Actor, did: Did<'_>) -> Result<()> {
    let mut work = services.store.begin().await?;
    record(&mut *work, services.now(), actor, did).await?;
    Ok(work.commit().await?)
}

fn link(entry: &Entry, before: &Link) -> Link {
    Sha256::digest(entry.text(before).as_bytes()).into()
}

/// The latest entries first; of one project, or all.
pub async fn list(
    services: &Services,
    _right: MayAdminister,
    project: Option<ProjectId>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let mut reader = services.store.read().await?;
    let limit = limit.min(LISTED);
    Ok(reader.audit().list_latest(project, limit).await?)
}

/// What a check of the whole chain found.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// Where the chain ends, by the database. Noted elsewhere, it proves later that nothing before it
    /// was taken away or written anew.
    pub end: End,
    /// Entries that fit.
    pub good: i64,
    /// The first that does not, and how.
    pub flaw: Option<(i64, Flaw)>,
}

/// Reads every entry and computes the chain anew, up to where it ended when the check began. With
/// `noted`, the chain must go through that place.
pub async fn verify(services: &Services, _right: MayRead, noted: Option<End>) -> Result<Verified> {
    let end = services.store.read().await?.audit().end().await?;
    let mut last = End::START;
    let mut flaw = unlike(noted, last);
    while flaw.is_none() && last.number < end.number {
        let mut reader = services.store.read().await?;
        let page = reader.audit().list_after(last.number, PAGE).await?;
        drop(reader);
        if page.is_empty() {
            flaw = Some((last.number + 1, Flaw::Cut));
        }
        for entry in &page {
            if last.number == end.number {
                break;
            }
            flaw = judge(entry, last).or(unlike(noted, End::of(entry)));
            if flaw.is_some() {
                break;
            }
            last = End::of(entry);
        }
    }
    if flaw.is_none() && last != end {
        flaw = Some((end.number, Flaw::Altered));
    }
    if flaw.is_none()
        && let Some(noted) = noted.filter(|noted| noted.number > end.number)
    {
        flaw = Some((noted.number, Flaw::Cut));
    }
    Ok(Verified {
        end,
        good: last.number,
        flaw,
    })
}

fn judge(entry: &Entry, last: End) -> Option<(i64, Flaw)> {
    if entry.number != last.number + 1 {
        return Some((last.number + 1, Flaw::Missing));
    }
    (link(entry, &last.link) != entry.link).then_some((entry.number, Flaw::Altered))
}

/// Whether the chain has something else at the place that was noted.
fn unlike(noted: Option<End>, here: End) -> Option<(i64, Flaw)> {
    noted
        .filter(|noted| noted.number == here.number && noted.link != here.link)
        .map(|noted| (noted.number, Flaw::Replaced))
}
