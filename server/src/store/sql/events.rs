//! The log of events.

use async_trait::async_trait;

use super::{
    deliveries,
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        event::{Event, NewEvent},
        id::{ConnectionId, EventId, ProjectId},
    },
    ports::store::{EventRepository, StoreError, StoreResult},
    store::values::{micros, to_json},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, position, type, connection_id, integration_type, user_id, \
             details, happened_at FROM events WHERE ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Event> {
    let record = Record::new(row, "events");
    Ok(Event {
        id: EventId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        position: record.get("position")?,
        event_type: record.name("type")?,
        connection: ConnectionId(record.get("connection_id")?),
        integration_type: record.get("integration_type")?,
        user_id: record.get("user_id")?,
        details: record.json("details")?,
        happened_at: record.time("happened_at")?,
    })
}

/// Takes `many` positions and returns the one before the first. Others wait for the row until this
/// unit of work ends.
async fn take(conn: &mut Conn, project: ProjectId, many: i64) -> StoreResult<i64> {
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO event_positions (project_id, last) VALUES ($1, $2) \
         ON CONFLICT (project_id) DO UPDATE SET last = event_positions.last + excluded.last \
         RETURNING last",
    )
    .bind(project.0)
    .bind(many)
    .fetch_one(conn)
    .await?;
    Ok(last - many)
}

async fn put(conn: &mut Conn, event: &NewEvent, position: i64) -> StoreResult<()> {
    let done = sqlx::query(
        "INSERT INTO events (id, project_id, position, type, connection_id, integration_type, \
         user_id, details, happened_at) \
         SELECT $1, project_id, $3, $4, $5, integration_type, $6, $7, $8 \
         FROM integrations WHERE id = $2",
    )
    .bind(event.id.0)
    .bind(event.subject.integration.0)
    .bind(position)
    .bind(event.change.event_type().as_str())
    .bind(event.subject.connection.0)
    .bind(&event.subject.user_id)
    .bind(to_json(&event.change.details()))
    .bind(micros(event.happened_at))
    .execute(conn)
    .await?;
    changed(done.rows_affected(), StoreError::NotFound)
}

#[async_trait]
impl EventRepository for Conn {
    async fn add(&mut self, project: ProjectId, events: &[NewEvent]) -> StoreResult<()> {
        let many = i64::try_from(events.len()).unwrap_or(i64::MAX);
        if many == 0 {
            return Ok(());
        }
        let before = take(self, project, many).await?;
        for (position, event) in (before + 1..).zip(events) {
            put(self, event, position).await?;
        }
        let now = events[0].happened_at;
        deliveries::add(self, project, (before + 1, before + many), now).await
    }

    async fn lookup(&mut self, id: EventId) -> StoreResult<Option<Event>> {
        let row = sqlx::query(select!("id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(&mut self, project: ProjectId, after: i64, most: u32) -> StoreResult<Vec<Event>> {
        let rows = sqlx::query(select!(
            "project_id = $1 AND position > $2 ORDER BY position LIMIT $3"
        ))
        .bind(project.0)
        .bind(after)
        .bind(i64::from(most))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn first_time(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(happened_at) FROM events").await
    }

    async fn remove_before(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(
            "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE happened_at < $1 \
             ORDER BY happened_at LIMIT 1000)",
        )
        .bind(micros(before))
        .execute(self)
        .await?;
        Ok(done.rows_affected())
    }
}
