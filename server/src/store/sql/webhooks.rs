//! Endpoints of back ends. Deliveries are in `deliveries.rs`.

use async_trait::async_trait;

use super::{
    deliveries,
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        id::{EndpointId, EventId, ProjectId},
        secret::Sealed,
        webhook::{Attempt, Delivery, Disabled, DisabledBy, Endpoint, Former},
    },
    ports::store::{Ended, Replay, StoreError, StoreResult, WebhookRepository},
    store::values::{micros, optional_micros, timestamp, to_json},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, url, types, secret, former_secret, former_until, disabled_at, \
             disabled_by, failing_since, created_at, updated_at FROM webhook_endpoints WHERE ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Endpoint> {
    let record = Record::new(row, "webhook_endpoints");
    let former = record
        .get::<Option<Vec<u8>>>("former_secret")?
        .zip(record.optional_time("former_until")?);
    Ok(Endpoint {
        id: EndpointId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        url: record.get("url")?,
        types: record.optional_json("types")?,
        secret: Sealed(record.get("secret")?),
        former: former.map(|(secret, until)| Former {
            secret: Sealed(secret),
            until,
        }),
        disabled: decode_disabled(&record)?,
        failing_since: record.optional_time("failing_since")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

fn decode_disabled(record: &Record<'_>) -> StoreResult<Option<Disabled>> {
    let Some(at) = record.optional_time("disabled_at")? else {
        return Ok(None);
    };
    let name: &str = record.get("disabled_by")?;
    let by = DisabledBy::ALL.into_iter().find(|by| by.as_str() == name);
    let by = by.ok_or_else(|| record.corrupt("disabled_by", "the reason is unknown"))?;
    Ok(Some(Disabled { at, by }))
}

#[async_trait]
impl WebhookRepository for Conn {
    async fn lookup(&mut self, id: EndpointId) -> StoreResult<Option<Endpoint>> {
        let row = sqlx::query(select!("id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Endpoint>> {
        let rows = sqlx::query(select!("project_id = $1 ORDER BY created_at, id"))
            .bind(project.0)
            .fetch_all(self)
            .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, endpoint: &Endpoint) -> StoreResult<()> {
        let (former, disabled) = (endpoint.former.as_ref(), endpoint.disabled);
        sqlx::query(
            "INSERT INTO webhook_endpoints (id, project_id, url, types, secret, former_secret, \
             former_until, disabled_at, disabled_by, failing_since, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(endpoint.id.0)
        .bind(endpoint.project.0)
        .bind(&endpoint.url)
        .bind(endpoint.types.as_ref().map(to_json))
        .bind(endpoint.secret.0.as_slice())
        .bind(former.map(|former| former.secret.0.as_slice()))
        .bind(former.map(|former| micros(former.until)))
        .bind(disabled.map(|disabled| micros(disabled.at)))
        .bind(disabled.map(|disabled| disabled.by.as_str()))
        .bind(optional_micros(endpoint.failing_since))
        .bind(micros(endpoint.created_at))
        .bind(micros(endpoint.updated_at))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn remove(&mut self, id: EndpointId) -> StoreResult<()> {
        let done = sqlx::query("DELETE FROM webhook_endpoints WHERE id = $1")
            .bind(id.0)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn replace_secret(
        &mut self,
        id: EndpointId,
        secret: &Sealed,
        former: &Former,
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE webhook_endpoints SET secret = $2, former_secret = $3, former_until = $4, \
             updated_at = $5 WHERE id = $1",
        )
        .bind(id.0)
        .bind(secret.0.as_slice())
        .bind(former.secret.0.as_slice())
        .bind(micros(former.until))
        .bind(micros(now))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn disable(&mut self, id: EndpointId, by: DisabledBy, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "UPDATE webhook_endpoints SET disabled_at = $3, disabled_by = $2, updated_at = $3 \
             WHERE id = $1 AND disabled_at IS NULL",
        )
        .bind(id.0)
        .bind(by.as_str())
        .bind(micros(now))
        .execute(&mut *self)
        .await?;
        deliveries::give_up(self, id).await
    }

    async fn enable(&mut self, id: EndpointId, now: Timestamp) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE webhook_endpoints SET disabled_at = NULL, disabled_by = NULL, \
             failing_since = NULL, updated_at = $2 WHERE id = $1",
        )
        .bind(id.0)
        .bind(micros(now))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn note_success(&mut self, id: EndpointId) -> StoreResult<()> {
        sqlx::query(
            "UPDATE webhook_endpoints SET failing_since = NULL \
             WHERE id = $1 AND failing_since IS NOT NULL",
        )
        .bind(id.0)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn note_failure(&mut self, id: EndpointId, now: Timestamp) -> StoreResult<Timestamp> {
        let since: Option<i64> = sqlx::query_scalar(
            "UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, $2) \
             WHERE id = $1 RETURNING failing_since",
        )
        .bind(id.0)
        .bind(micros(now))
        .fetch_optional(self)
        .await?;
        let since = since.ok_or(StoreError::NotFound)?;
        Ok(timestamp(since).unwrap_or(now))
    }

    async fn deliveries(
        &mut self,
        id: EndpointId,
        before: Option<EventId>,
        most: u32,
    ) -> StoreResult<Vec<Delivery>> {
        deliveries::list(self, id, before, most).await
    }

    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>> {
        deliveries::first_due(self).await
    }

    async fn claim(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        each: u32,
        most: u32,
    ) -> StoreResult<Vec<Attempt>> {
        deliveries::claim(self, now, until, each, most).await
    }

    async fn end(&mut self, attempt: &Attempt, ended: &Ended) -> StoreResult<()> {
        deliveries::end(self, attempt, ended).await
    }

    async fn replay(
        &mut self,
        endpoint: &Endpoint,
        which: Replay,
        now: Timestamp,
    ) -> StoreResult<u64> {
        deliveries::replay(self, endpoint, which, now).await
    }

    async fn first_former_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(former_until) FROM webhook_endpoints").await
    }

    async fn remove_former(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(
            "UPDATE webhook_endpoints SET former_secret = NULL, former_until = NULL \
             WHERE former_until < $1",
        )
        .bind(micros(before))
        .execute(self)
        .await?;
        Ok(done.rows_affected())
    }
}
