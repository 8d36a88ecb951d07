//! Revocations and the orders for many of them.

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        id::{ConnectionId, IntegrationId, OrderId, ProjectId},
        revocation::{Order, Outcome, Progress, Revocation},
        secret::Sealed,
    },
    ports::store::{RevocationRepository, StoreError, StoreResult},
    store::values::{count, micros, optional_micros, to_json},
};

macro_rules! columns {
    () => {
        "id, project_id, integration_id, user_id, order_id, method, metadata, credential, outcome, \
         attempts, due_at, created_at, ended_at"
    };
}

/// What an order means: `$1` project, `$2` integration, `$3` user, `$4` when it was given.
macro_rules! meant {
    () => {
        "project_id = $1 AND ($2 IS NULL OR integration_id = $2) \
         AND ($3 IS NULL OR user_id = $3) AND created_at <= $4"
    };
}

fn decode(row: &Row) -> StoreResult<Revocation> {
    let record = Record::new(row, "revocations");
    Ok(Revocation {
        id: ConnectionId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration: IntegrationId(record.get("integration_id")?),
        user_id: record.get("user_id")?,
        order: record.get::<Option<Uuid>>("order_id")?.map(OrderId),
        method: record.get("method")?,
        metadata: record.json("metadata")?,
        credential: record.get::<Option<Vec<u8>>>("credential")?.map(Sealed),
        outcome: record.optional_json("outcome")?,
        attempts: count(record.get("attempts")?),
        due_at: record.optional_time("due_at")?,
        created_at: record.time("created_at")?,
        ended_at: record.optional_time("ended_at")?,
    })
}

fn decode_order(row: &Row) -> StoreResult<Order> {
    let record = Record::new(row, "revocation_orders");
    Ok(Order {
        id: OrderId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration: record
            .get::<Option<Uuid>>("integration_id")?
            .map(IntegrationId),
        user_id: record.get("user_id")?,
        created_at: record.time("created_at")?,
        due_at: record.optional_time("due_at")?,
    })
}

/// A connection's row that was deleted just now.
struct Taken {
    id: Uuid,
    project: Uuid,
    integration: Uuid,
    user_id: String,
    method: String,
    metadata: String,
    credential: Vec<u8>,
}

fn decode_taken(row: &Row) -> StoreResult<Taken> {
    let record = Record::new(row, "connections");
    Ok(Taken {
        id: record.get("id")?,
        project: record.get("project_id")?,
        integration: record.get("integration_id")?,
        user_id: record.get("user_id")?,
        method: record.get("method")?,
        metadata: record.get("metadata")?,
        credential: record.get("credential")?,
    })
}

async fn put(
    conn: &mut Conn,
    taken: Taken,
    order: Option<OrderId>,
    attempts: i64,
    due_at: Timestamp,
    now: Timestamp,
) -> StoreResult<Revocation> {
    let row = sqlx::query(concat!(
        "INSERT INTO revocations (id, project_id, integration_id, user_id, order_id, method, \
         metadata, credential, attempts, due_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ",
        columns!()
    ))
    .bind(taken.id)
    .bind(taken.project)
    .bind(taken.integration)
    .bind(taken.user_id)
    .bind(order.map(|order| order.0))
    .bind(taken.method)
    .bind(taken.metadata)
    .bind(taken.credential)
    .bind(attempts)
    .bind(micros(due_at))
    .bind(micros(now))
    .fetch_one(conn)
    .await?;
    decode(&row)
}

#[async_trait]
impl RevocationRepository for Conn {
    async fn lookup(&mut self, id: ConnectionId) -> StoreResult<Option<Revocation>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM revocations WHERE id = $1"
        ))
        .bind(id.0)
        .fetch_optional(self)
        .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn begin(
        &mut self,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Revocation> {
        let row = sqlx::query(
            "DELETE FROM connections WHERE id = $1 \
             RETURNING id, project_id, integration_id, user_id, method, metadata, credential",
        )
        .bind(id.0)
        .fetch_optional(&mut *self)
        .await?;
        let taken = decode_taken(&row.ok_or(StoreError::NotFound)?)?;
        put(self, taken, None, 1, until, now).await
    }

    async fn claim(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<Revocation>> {
        let rows = sqlx::query(concat!(
            "UPDATE revocations SET due_at = $2, attempts = attempts + 1 \
             WHERE due_at <= $1 AND id IN (SELECT id FROM revocations WHERE due_at <= $1 \
             ORDER BY due_at LIMIT $3) RETURNING ",
            columns!()
        ))
        .bind(micros(now))
        .bind(micros(until))
        .bind(i64::from(most))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn end(
        &mut self,
        id: ConnectionId,
        attempt: u32,
        outcome: &Outcome,
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE revocations SET credential = NULL, due_at = NULL, outcome = $3, ended_at = $4, \
             result = $5 WHERE id = $1 AND attempts = $2 AND ended_at IS NULL",
        )
        .bind(id.0)
        .bind(i64::from(attempt))
        .bind(to_json(outcome))
        .bind(micros(now))
        .bind(outcome.worst().as_str())
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn put_off(
        &mut self,
        id: ConnectionId,
        attempt: u32,
        outcome: &Outcome,
        due_at: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE revocations SET due_at = $3, outcome = $4 \
             WHERE id = $1 AND attempts = $2 AND ended_at IS NULL",
        )
        .bind(id.0)
        .bind(i64::from(attempt))
        .bind(micros(due_at))
        .bind(to_json(outcome))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn renew(
        &mut self,
        id: ConnectionId,
        credential: &Sealed,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let done = sqlx::query(
            "UPDATE revocations SET credential = $2, due_at = $3, attempts = 0, outcome = NULL, \
             result = NULL, ended_at = NULL WHERE id = $1",
        )
        .bind(id.0)
        .bind(credential.0.as_slice())
        .bind(micros(now))
        .execute(self)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>> {
        let attempt = first(
            self,
            "SELECT min(due_at) FROM revocations WHERE due_at IS NOT NULL",
        )
        .await?;
        let order = first(
            self,
            "SELECT min(due_at) FROM revocation_orders WHERE due_at IS NOT NULL",
        )
        .await?;
        Ok([attempt, order].into_iter().flatten().min())
    }

    async fn add_order(&mut self, order: &Order) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO revocation_orders (id, project_id, integration_id, user_id, created_at, \
             due_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(order.id.0)
        .bind(order.project.0)
        .bind(order.integration.map(|integration| integration.0))
        .bind(order.user_id.as_deref())
        .bind(micros(order.created_at))
        .bind(optional_micros(order.due_at))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn open_orders(&mut self, now: Timestamp) -> StoreResult<Vec<Order>> {
        let rows = sqlx::query(
            "SELECT id, project_id, integration_id, user_id, created_at, due_at \
             FROM revocation_orders WHERE due_at <= $1 ORDER BY created_at, id LIMIT 100",
        )
        .bind(micros(now))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode_order).collect()
    }

    async fn count(&mut self, order: &Order) -> StoreResult<u32> {
        let found =
            sqlx::query_scalar(concat!("SELECT count(*) FROM connections WHERE ", meant!()))
                .bind(order.project.0)
                .bind(order.integration.map(|integration| integration.0))
                .bind(order.user_id.as_deref())
                .bind(micros(order.created_at))
                .fetch_one(self)
                .await?;
        Ok(count(found))
    }

    async fn carry_out(
        &mut self,
        order: &Order,
        most: u32,
        now: Timestamp,
    ) -> StoreResult<Vec<Revocation>> {
        let rows = sqlx::query(concat!(
            "DELETE FROM connections WHERE id IN (SELECT id FROM connections WHERE ",
            meant!(),
            " LIMIT $5) \
             RETURNING id, project_id, integration_id, user_id, method, metadata, credential"
        ))
        .bind(order.project.0)
        .bind(order.integration.map(|integration| integration.0))
        .bind(order.user_id.as_deref())
        .bind(micros(order.created_at))
        .bind(i64::from(most))
        .fetch_all(&mut *self)
        .await?;
        let mut ended = Vec::new();
        for row in &rows {
            ended.push(put(self, decode_taken(row)?, Some(order.id), 0, now, now).await?);
        }
        Ok(ended)
    }

    async fn close_order(&mut self, id: OrderId) -> StoreResult<()> {
        sqlx::query("UPDATE revocation_orders SET due_at = NULL WHERE id = $1")
            .bind(id.0)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn progress(&mut self, id: OrderId) -> StoreResult<Progress> {
        let rows: Vec<(Option<String>, i64)> = sqlx::query_as(
            "SELECT result, count(*) FROM revocations WHERE order_id = $1 GROUP BY result",
        )
        .bind(id.0)
        .fetch_all(self)
        .await?;
        let mut progress = Progress::default();
        for (result, found) in rows {
            let place = match result.as_deref() {
                Some("revoked") => &mut progress.revoked,
                Some("not_supported") => &mut progress.not_supported,
                Some(_) => &mut progress.failed,
                None => &mut progress.waiting,
            };
            *place = count(found);
        }
        Ok(progress)
    }

    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(
            self,
            "SELECT min(ended_at) FROM revocations WHERE ended_at IS NOT NULL",
        )
        .await
    }

    async fn remove_ended(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(
            "DELETE FROM revocations WHERE id IN \
             (SELECT id FROM revocations WHERE ended_at < $1 ORDER BY ended_at LIMIT 1000)",
        )
        .bind(micros(before))
        .execute(self)
        .await?;
        Ok(done.rows_affected())
    }
}
