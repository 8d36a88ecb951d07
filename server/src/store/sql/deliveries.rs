//! Events on their way to endpoints. Each step is one conditional `UPDATE`, so that of any number of
//! processes one makes an attempt.

use uuid::Uuid;

use super::{
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        id::{EndpointId, EventId, ProjectId},
        webhook::{Attempt, Delivery, DeliveryState, Endpoint, Outcome},
    },
    ports::store::{Ended, Replay, StoreError, StoreResult},
    store::values::{count, micros, optional_micros, to_json},
};

/// Events that one replay sends.
const REPLAYED: i64 = 10_000;

fn decode(row: &Row) -> StoreResult<Delivery> {
    let record = Record::new(row, "webhook_deliveries");
    let name: &str = record.get("state")?;
    let state = DeliveryState::ALL
        .into_iter()
        .find(|state| state.as_str() == name)
        .ok_or_else(|| record.corrupt("state", "the state is unknown"))?;
    let status: Option<i64> = record.get("status")?;
    let outcome = match record.optional_time("attempted_at")? {
        None => None,
        Some(at) => Some(Outcome {
            at,
            status: status.and_then(|status| u16::try_from(status).ok()),
            trouble: record.get("trouble")?,
            answer: record.get("answer")?,
        }),
    };
    Ok(Delivery {
        event: EventId(record.get("event_id")?),
        event_type: record.name("type")?,
        happened_at: record.time("happened_at")?,
        state,
        attempts: count(record.get("attempts")?),
        due_at: record.optional_time("due_at")?,
        outcome,
    })
}

/// A delivery of each event that a project has from `first` to `last`, to each endpoint that wants it.
pub(super) async fn add(
    conn: &mut Conn,
    project: ProjectId,
    (first, last): (i64, i64),
    now: Timestamp,
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO webhook_deliveries (endpoint_id, event_id, state, due_at) \
         SELECT w.id, e.id, 'waiting', $4 \
         FROM webhook_endpoints w JOIN events e ON e.project_id = w.project_id \
         WHERE w.project_id = $1 AND w.disabled_at IS NULL AND e.position BETWEEN $2 AND $3 \
         AND (w.types IS NULL OR w.types LIKE '%\"' || e.type || '\"%')",
    )
    .bind(project.0)
    .bind(first)
    .bind(last)
    .bind(micros(now))
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn list(
    conn: &mut Conn,
    endpoint: EndpointId,
    before: Option<EventId>,
    most: u32,
) -> StoreResult<Vec<Delivery>> {
    let rows = sqlx::query(
        "SELECT d.event_id, d.state, d.attempts, d.due_at, d.status, d.trouble, d.answer, \
         d.attempted_at, e.type, e.happened_at \
         FROM webhook_deliveries d JOIN events e ON e.id = d.event_id \
         WHERE d.endpoint_id = $1 AND ($2 IS NULL OR d.event_id < $2) \
         ORDER BY d.event_id DESC LIMIT $3",
    )
    .bind(endpoint.0)
    .bind(before.map(|before| before.0))
    .bind(i64::from(most))
    .fetch_all(conn)
    .await?;
    rows.iter().map(decode).collect()
}

pub(super) async fn first_due(conn: &mut Conn) -> StoreResult<Option<Timestamp>> {
    first(
        conn,
        "SELECT min(due_at) FROM webhook_deliveries WHERE due_at IS NOT NULL",
    )
    .await
}

/// First the endpoints, which are few: how many may begin of each. Then the rows of each.
pub(super) async fn claim(
    conn: &mut Conn,
    now: Timestamp,
    until: Timestamp,
    each: u32,
    most: u32,
) -> StoreResult<Vec<Attempt>> {
    let endpoints: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT id, busy FROM (SELECT w.id, \
         (SELECT count(*) FROM webhook_deliveries d \
         WHERE d.endpoint_id = w.id AND d.lease_ends_at > $1) AS busy, \
         (SELECT min(d.due_at) FROM webhook_deliveries d \
         WHERE d.endpoint_id = w.id AND d.due_at IS NOT NULL) AS due \
         FROM webhook_endpoints w) AS known \
         WHERE due <= $1 AND busy < $2 ORDER BY due, id LIMIT $3",
    )
    .bind(micros(now))
    .bind(i64::from(each))
    .bind(i64::from(most))
    .fetch_all(&mut *conn)
    .await?;
    let mut attempts = Vec::new();
    for (endpoint, busy) in endpoints {
        let left = most.saturating_sub(u32::try_from(attempts.len()).unwrap_or(u32::MAX));
        let free = each.saturating_sub(count(busy)).min(left);
        attempts.extend(claim_of(conn, EndpointId(endpoint), now, until, free).await?);
    }
    Ok(attempts)
}

async fn claim_of(
    conn: &mut Conn,
    endpoint: EndpointId,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> StoreResult<Vec<Attempt>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "UPDATE webhook_deliveries SET due_at = $3, lease_ends_at = $3, attempts = attempts + 1 \
         WHERE endpoint_id = $1 AND due_at <= $2 AND event_id IN \
         (SELECT event_id FROM webhook_deliveries WHERE endpoint_id = $1 AND due_at <= $2 \
         ORDER BY due_at, event_id LIMIT $4) RETURNING event_id, attempts",
    )
    .bind(endpoint.0)
    .bind(micros(now))
    .bind(micros(until))
    .bind(i64::from(most))
    .fetch_all(conn)
    .await?;
    let attempts = rows.into_iter().map(|(event, number)| Attempt {
        endpoint,
        event: EventId(event),
        number: count(number),
    });
    Ok(attempts.collect())
}

pub(super) async fn end(conn: &mut Conn, attempt: &Attempt, ended: &Ended) -> StoreResult<()> {
    let outcome = &ended.outcome;
    let done = sqlx::query(
        "UPDATE webhook_deliveries SET state = $4, due_at = $5, lease_ends_at = NULL, status = $6, \
         trouble = $7, answer = $8, attempted_at = $9 \
         WHERE endpoint_id = $1 AND event_id = $2 AND attempts = $3 AND state = 'waiting'",
    )
    .bind(attempt.endpoint.0)
    .bind(attempt.event.0)
    .bind(i64::from(attempt.number))
    .bind(ended.state.as_str())
    .bind(optional_micros(ended.due_at))
    .bind(outcome.status.map(i64::from))
    .bind(outcome.trouble.as_deref())
    .bind(outcome.answer.as_deref())
    .bind(micros(outcome.at))
    .execute(conn)
    .await?;
    changed(done.rows_affected(), StoreError::Stale)
}

/// Whatever waits has failed.
pub(super) async fn give_up(conn: &mut Conn, endpoint: EndpointId) -> StoreResult<()> {
    sqlx::query(
        "UPDATE webhook_deliveries SET state = 'failed', due_at = NULL, lease_ends_at = NULL \
         WHERE endpoint_id = $1 AND state = 'waiting'",
    )
    .bind(endpoint.0)
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn replay(
    conn: &mut Conn,
    endpoint: &Endpoint,
    which: Replay,
    now: Timestamp,
) -> StoreResult<u64> {
    let (one, since) = match which {
        Replay::One(event) => (Some(event.0), None),
        Replay::Since(since) => (None, Some(micros(since))),
    };
    let done = sqlx::query(
        "INSERT INTO webhook_deliveries (endpoint_id, event_id, state, due_at) \
         SELECT $1, e.id, 'waiting', $6 FROM events e \
         WHERE e.project_id = $2 AND (e.id = $3 OR (e.happened_at >= $4 \
         AND ($5 IS NULL OR $5 LIKE '%\"' || e.type || '\"%'))) ORDER BY e.position LIMIT $7 \
         ON CONFLICT (endpoint_id, event_id) DO UPDATE SET state = 'waiting', attempts = 0, \
         due_at = excluded.due_at, lease_ends_at = NULL \
         WHERE (webhook_deliveries.lease_ends_at IS NULL OR webhook_deliveries.lease_ends_at <= $6) \
         AND (webhook_deliveries.state <> 'delivered' OR webhook_deliveries.event_id = $3)",
    )
    .bind(endpoint.id.0)
    .bind(endpoint.project.0)
    .bind(one)
    .bind(since)
    .bind(endpoint.types.as_ref().map(to_json))
    .bind(micros(now))
    .bind(REPLAYED)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
