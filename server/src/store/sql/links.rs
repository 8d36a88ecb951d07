//! Links to hosted pages.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        id::{ConnectionId, IntegrationId, LinkId, ProjectId},
        link::{Link, LinkState, Opening},
    },
    ports::store::{LinkRepository, StoreError, StoreResult},
    store::values::micros,
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, integration_id, user_id, name, return_url, token_hash, state, \
             session_hash, opened_at, connection_id, completed_at, created_at, expires_at \
             FROM links ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Link> {
    let record = Record::new(row, "links");
    Ok(Link {
        id: LinkId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration: IntegrationId(record.get("integration_id")?),
        user_id: record.get("user_id")?,
        name: record.get("name")?,
        return_url: record.get("return_url")?,
        token_hash: record.get("token_hash")?,
        state: decode_state(&record)?,
        created_at: record.time("created_at")?,
        expires_at: record.time("expires_at")?,
    })
}

/// A column that its state demands and that is empty makes the row corrupt.
fn decode_state(record: &Record<'_>) -> StoreResult<LinkState> {
    let opening = || -> StoreResult<Opening> {
        Ok(Opening {
            session_hash: record.get("session_hash")?,
            at: record.time("opened_at")?,
        })
    };
    Ok(match record.get("state")? {
        "created" => LinkState::Created,
        "opened" => LinkState::Opened(opening()?),
        "completed" => LinkState::Completed {
            opening: opening()?,
            connection: ConnectionId(record.get("connection_id")?),
            at: record.time("completed_at")?,
        },
        _ => return Err(record.corrupt("state", "the state is unknown")),
    })
}

#[async_trait]
impl LinkRepository for Conn {
    async fn lookup(&mut self, id: LinkId) -> StoreResult<Option<Link>> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list(
        &mut self,
        project: ProjectId,
        user_id: Option<&str>,
        most: u32,
    ) -> StoreResult<Vec<Link>> {
        let rows = sqlx::query(select!(
            "WHERE project_id = $1 AND ($2 IS NULL OR user_id = $2) \
             ORDER BY created_at DESC, id DESC LIMIT $3"
        ))
        .bind(project.0)
        .bind(user_id)
        .bind(i64::from(most))
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, link: &Link) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO links (id, project_id, integration_id, user_id, name, return_url, \
             token_hash, state, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'created', $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(link.id.0)
        .bind(link.project.0)
        .bind(link.integration.0)
        .bind(&link.user_id)
        .bind(&link.name)
        .bind(&link.return_url)
        .bind(link.token_hash.as_slice())
        .bind(micros(link.created_at))
        .bind(micros(link.expires_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn open(&mut self, id: LinkId, opening: &Opening) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE links SET state = 'opened', session_hash = $2, opened_at = $3 \
             WHERE id = $1 AND state = 'created' AND expires_at > $3",
        )
        .bind(id.0)
        .bind(opening.session_hash.as_slice())
        .bind(micros(opening.at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn complete(
        &mut self,
        id: LinkId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE links SET state = 'completed', connection_id = $2, completed_at = $3 \
             WHERE id = $1 AND state = 'opened'",
        )
        .bind(id.0)
        .bind(connection.0)
        .bind(micros(now))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(expires_at) FROM links").await
    }

    async fn remove_expired(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(
            "DELETE FROM links WHERE id IN \
             (SELECT id FROM links WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)",
        )
        .bind(micros(before))
        .execute(self)
        .await?;
        Ok(done.rows_affected())
    }
}
