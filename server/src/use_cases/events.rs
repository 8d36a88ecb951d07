//! What became of connections, told to the project's back end.
//!
//! An event is written in the unit of work of the change that it tells of: there is none without the
//! other. It is written last, since others that write events of the project wait from then on.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Error, Result, Services};
use crate::{
    access::MayReadEvents,
    domain::{
        event::{Change, Event, EventType, NewEvent, Subject},
        id::EventId,
    },
    ports::store::{StoreResult, UnitOfWork},
};

/// How long events are kept unless the configuration says otherwise.
pub const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

/// Events of one page: the most, and where the caller does not say.
pub const MOST: u32 = 500;
pub const USUAL: u32 = 100;

/// Writes what happened to one connection, in this order.
pub(super) async fn add(
    services: &Services,
    work: &mut dyn UnitOfWork,
    subject: Subject,
    changes: impl IntoIterator<Item = Change>,
) -> StoreResult<()> {
    let project = subject.project;
    let events: Vec<NewEvent> = changes
        .into_iter()
        .map(|change| event(services, subject.clone(), change))
        .collect();
    work.events().add(project, &events).await
}

/// Commits a unit of work in which events were added, and has them sent.
pub(super) async fn commit(services: &Services, work: Box<dyn UnitOfWork>) -> StoreResult<()> {
    work.commit().await?;
    services.bells.deliveries.ring(services.now());
    Ok(())
}

/// An event of now.
pub(super) fn event(services: &Services, subject: Subject, change: Change) -> NewEvent {
    NewEvent {
        id: EventId(services.new_id()),
        subject,
        change,
        happened_at: services.now(),
    }
}

/// An event as back ends get it, from the feed and by webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: String,
    /// Its place among the project's events.
    pub cursor: String,
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// RFC 3339.
    pub timestamp: String,
    pub project_id: String,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    pub connection_id: String,
    /// The integration's type.
    pub integration: String,
    pub user_id: String,
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

impl From<Event> for Message {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.to_string(),
            cursor: event.position.to_string(),
            event_type: event.event_type,
            timestamp: event.happened_at.to_string(),
            project_id: event.project.to_string(),
            data: Data {
                connection_id: event.connection.to_string(),
                integration: event.integration_type,
                user_id: event.user_id,
                details: event.details,
            },
        }
    }
}

/// A part of the log.
pub struct Page {
    pub events: Vec<Message>,
    /// Behind which the next page begins.
    pub next: String,
}

/// Events behind a cursor, the oldest first. No cursor: from the first that is kept.
pub async fn page(
    services: &Services,
    right: &MayReadEvents,
    after: Option<&str>,
    limit: Option<&str>,
) -> Result<Page> {
    let after = after.unwrap_or("0");
    let position: i64 = after
        .parse()
        .ok()
        .filter(|position| *position >= 0)
        .ok_or_else(|| Error::invalid("after", "A cursor is the \"next\" of another page."))?;
    let most = match limit {
        None => USUAL,
        Some(limit) => limit
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Error::invalid("limit", "A page has between 1 and 500 events."))?,
    };
    let mut reader = services.store.read().await?;
    let events = reader
        .events()
        .list(right.project(), position, most)
        .await?;
    let events: Vec<Message> = events.into_iter().map(Message::from).collect();
    let next = events.last().map(|event| event.cursor.clone());
    Ok(Page {
        next: next.unwrap_or_else(|| position.to_string()),
        events,
    })
}
