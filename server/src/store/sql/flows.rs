//! OAuth flows.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        flow::{Caller, Flow, FlowState},
        id::{ConnectionId, FlowId, IntegrationId, ProjectId},
        secret::Sealed,
    },
    ports::store::{FlowRepository, StoreError, StoreResult},
    store::values::{map_to_json, micros, to_json},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, integration_id, user_id, inputs, intent, session_id, \
             reply, return_url, ticket_hash, state_hash, secrets, state, browser_hash, connection_id, error_code, error_message, created_at, \
             expires_at FROM flows ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Flow> {
    let record = Record::new(row, "flows");
    Ok(Flow {
        id: FlowId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration: IntegrationId(record.get("integration_id")?),
        user_id: record.get("user_id")?,
        inputs: record.json("inputs")?,
        intent: record.json("intent")?,
        caller: decode_caller(&record)?,
        return_url: record.get("return_url")?,
        ticket_hash: record.get("ticket_hash")?,
        state_hash: record.get("state_hash")?,
        secrets: Sealed(record.get("secrets")?),
        state: decode_state(&record)?,
        created_at: record.time("created_at")?,
        expires_at: record.time("expires_at")?,
    })
}

fn decode_caller(record: &Record<'_>) -> StoreResult<Option<Caller>> {
    let Some(session_id) = record.get("session_id")? else {
        return Ok(None);
    };
    Ok(Some(Caller {
        session_id,
        reply: record.json("reply")?,
    }))
}

/// A column that its state demands and that is empty makes the row corrupt.
fn decode_state(record: &Record<'_>) -> StoreResult<FlowState> {
    Ok(match record.get("state")? {
        "created" => FlowState::Created,
        "opened" => FlowState::Opened {
            browser_hash: record.get("browser_hash")?,
        },
        "exchanging" => FlowState::Exchanging,
        "completed" => FlowState::Completed {
            connection: ConnectionId(record.get("connection_id")?),
        },
        "failed" => FlowState::Failed {
            code: record.name("error_code")?,
            message: record.get("error_message")?,
        },
        "cancelled" => FlowState::Cancelled,
        _ => return Err(record.corrupt("state", "the state is unknown")),
    })
}

/// A state as its columns have it.
struct StateColumns<'s> {
    name: &'static str,
    browser_hash: Option<&'s [u8]>,
    connection: Option<uuid::Uuid>,
    error: Option<(&'static str, &'s str)>,
}

impl<'s> From<&'s FlowState> for StateColumns<'s> {
    fn from(state: &'s FlowState) -> Self {
        let mut columns = Self {
            name: state.name(),
            browser_hash: None,
            connection: None,
            error: None,
        };
        match state {
            FlowState::Opened { browser_hash } => columns.browser_hash = Some(browser_hash),
            FlowState::Completed { connection } => columns.connection = Some(connection.0),
            FlowState::Failed { code, message } => columns.error = Some((code.as_str(), message)),
            FlowState::Created | FlowState::Exchanging | FlowState::Cancelled => {}
        }
        columns
    }
}

#[async_trait]
impl FlowRepository for Conn {
    async fn lookup(&mut self, id: FlowId) -> StoreResult<Option<Flow>> {
        let row = sqlx::query(select!("WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn find_by_state(&mut self, state_hash: &[u8]) -> StoreResult<Option<Flow>> {
        let row = sqlx::query(select!("WHERE state_hash = $1"))
            .bind(state_hash)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn find_by_session(
        &mut self,
        project: ProjectId,
        user_id: &str,
        session_id: &str,
    ) -> StoreResult<Option<Flow>> {
        let row = sqlx::query(select!(
            "WHERE session_id = $3 AND project_id = $1 AND user_id = $2 \
             ORDER BY created_at DESC LIMIT 1"
        ))
        .bind(project.0)
        .bind(user_id)
        .bind(session_id)
        .fetch_optional(self)
        .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn list_open(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
    ) -> StoreResult<Vec<Flow>> {
        let rows = sqlx::query(select!(
            "WHERE project_id = $1 AND integration_id = $2 AND user_id = $3 AND state = 'opened' \
             AND session_id IS NOT NULL ORDER BY created_at DESC LIMIT 20"
        ))
        .bind(project.0)
        .bind(integration.0)
        .bind(user_id)
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn add(&mut self, flow: &Flow) -> StoreResult<()> {
        let state = StateColumns::from(&flow.state);
        let done = sqlx::query(
            "INSERT INTO flows (id, project_id, integration_id, user_id, inputs, ticket_hash, \
             state_hash, secrets, state, browser_hash, connection_id, error_code, error_message, \
             created_at, expires_at, intent, session_id, reply, return_url) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             $18, $19) \
             ON CONFLICT DO NOTHING",
        )
        .bind(flow.id.0)
        .bind(flow.project.0)
        .bind(flow.integration.0)
        .bind(&flow.user_id)
        .bind(map_to_json(&flow.inputs))
        .bind(flow.ticket_hash.as_slice())
        .bind(flow.state_hash.as_slice())
        .bind(flow.secrets.0.as_slice())
        .bind(state.name)
        .bind(state.browser_hash)
        .bind(state.connection)
        .bind(state.error.map(|(code, _)| code))
        .bind(state.error.map(|(_, message)| message))
        .bind(micros(flow.created_at))
        .bind(micros(flow.expires_at))
        .bind(to_json(&flow.intent))
        .bind(flow.caller.as_ref().map(|caller| &caller.session_id))
        .bind(flow.caller.as_ref().map(|caller| to_json(&caller.reply)))
        .bind(&flow.return_url)
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn advance(&mut self, id: FlowId, from: &FlowState, to: &FlowState) -> StoreResult<()> {
        let (from, to) = (StateColumns::from(from), StateColumns::from(to));
        let done = sqlx::query(
            "UPDATE flows SET state = $4, browser_hash = $5, connection_id = $6, error_code = $7, \
             error_message = $8 \
             WHERE id = $1 AND state = $2 AND browser_hash IS NOT DISTINCT FROM $3",
        )
        .bind(id.0)
        .bind(from.name)
        .bind(from.browser_hash)
        .bind(to.name)
        .bind(to.browser_hash)
        .bind(to.connection)
        .bind(to.error.map(|(code, _)| code))
        .bind(to.error.map(|(_, message)| message))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Stale)
    }

    async fn keep(&mut self, id: FlowId, secrets: &Sealed) -> StoreResult<()> {
        let done = sqlx::query("UPDATE flows SET secrets = $2 WHERE id = $1")
            .bind(id.0)
            .bind(secrets.0.as_slice())
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(expires_at) FROM flows").await
    }

    async fn remove_expired(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query(
            "DELETE FROM flows WHERE id IN \
             (SELECT id FROM flows WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)",
        )
        .bind(micros(before))
        .execute(self)
        .await?;
        Ok(done.rows_affected())
    }
}
