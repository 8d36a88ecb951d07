//! Connections that are due, and pauses.

use std::time::Duration;

use async_trait::async_trait;

use super::{
    connections::{columns, decode, select},
    engine::{Conn, Row},
    record::{Record, first},
};
use crate::{
    domain::{
        Timestamp,
        connection::Connection,
        id::{ConnectionId, IntegrationId},
        upkeep::LONGEST_PAUSE,
    },
    ports::store::{Pause, StoreResult, UpkeepRepository},
    store::values::{micros, optional_micros, timestamp},
};

/// Processes whose clocks differ by less are of one time.
const TOLERANCE: Duration = Duration::from_secs(60);

/// Later than this no pause can end. Microseconds.
pub(super) fn last_end(now: Timestamp) -> i64 {
    micros(now + LONGEST_PAUSE + TOLERANCE)
}

fn decode_pause(row: &Row) -> StoreResult<Pause> {
    let record = Record::new(row, "provider_pauses");
    Ok(Pause {
        integration: IntegrationId(record.get("integration_id")?),
        host: record.get("host")?,
        ends_at: record.time("ends_at")?,
    })
}

#[async_trait]
impl UpkeepRepository for Conn {
    /// The inner query reads the index alone; whole rows are read of those that are chosen.
    async fn due(&mut self, now: Timestamp, each: u32, most: u32) -> StoreResult<Vec<Connection>> {
        let rows = sqlx::query(select!(
            "WHERE c.id IN (SELECT id FROM (SELECT id, refresh_due_at, row_number() OVER \
             (PARTITION BY integration_id ORDER BY refresh_due_at) AS place \
             FROM connections WHERE refresh_due_at <= $1) AS ranked \
             WHERE place <= $2 ORDER BY place, refresh_due_at LIMIT $3) \
             ORDER BY c.refresh_due_at, c.id"
        ))
        .bind(micros(now))
        .bind(i64::from(each))
        .bind(i64::from(most))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn first_due(&mut self) -> StoreResult<Option<Timestamp>> {
        first(
            self,
            "SELECT min(refresh_due_at) FROM connections WHERE refresh_due_at IS NOT NULL",
        )
        .await
    }

    /// Moving one that has moved is no error.
    async fn put_off(
        &mut self,
        id: ConnectionId,
        seen: Timestamp,
        until: Option<Timestamp>,
    ) -> StoreResult<()> {
        sqlx::query(
            "UPDATE connections SET refresh_due_at = $3 WHERE id = $1 AND refresh_due_at = $2",
        )
        .bind(id.0)
        .bind(micros(seen))
        .bind(optional_micros(until))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn pause(&mut self, pause: &Pause, now: Timestamp) -> StoreResult<()> {
        sqlx::query(
            "INSERT INTO provider_pauses (integration_id, host, ends_at) VALUES ($1, $2, $3) \
             ON CONFLICT (integration_id, host) DO UPDATE SET ends_at = excluded.ends_at \
             WHERE excluded.ends_at > provider_pauses.ends_at OR provider_pauses.ends_at > $4",
        )
        .bind(pause.integration.0)
        .bind(&pause.host)
        .bind(micros(pause.ends_at))
        .bind(last_end(now))
        .execute(self)
        .await?;
        Ok(())
    }

    async fn pause_of(
        &mut self,
        integration: IntegrationId,
        host: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Timestamp>> {
        let ends_at: Option<i64> = sqlx::query_scalar(
            "SELECT ends_at FROM provider_pauses \
             WHERE integration_id = $1 AND host = $2 AND ends_at > $3 AND ends_at <= $4",
        )
        .bind(integration.0)
        .bind(host)
        .bind(micros(now))
        .bind(last_end(now))
        .fetch_optional(self)
        .await?;
        Ok(ends_at.and_then(|micros| timestamp(micros).ok()))
    }

    async fn pauses(&mut self, now: Timestamp) -> StoreResult<Vec<Pause>> {
        let rows = sqlx::query(
            "SELECT integration_id, host, ends_at FROM provider_pauses \
             WHERE ends_at > $1 AND ends_at <= $2 ORDER BY ends_at DESC LIMIT 1000",
        )
        .bind(micros(now))
        .bind(last_end(now))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode_pause).collect()
    }

    async fn first_pause_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(ends_at) FROM provider_pauses").await
    }

    async fn remove_pauses(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query("DELETE FROM provider_pauses WHERE ends_at < $1")
            .bind(micros(before))
            .execute(self)
            .await?;
        Ok(done.rows_affected())
    }
}
