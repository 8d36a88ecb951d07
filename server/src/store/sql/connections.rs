//! Connected accounts. Searching users is in `users.rs`, refreshing in `refresh.rs`.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed},
    refresh, users,
};
use crate::{
    domain::{
        Timestamp,
        configuration::Configuration,
        connection::{Connection, ConnectionStatus, Failure, InvalidReason, Lease, Trouble},
        id::{ConnectionId, IntegrationId, ProcessId, ProjectId},
        secret::Sealed,
        selector::Selector,
        token_set::Account,
    },
    ports::store::{
        Claim, ConnectionRepository, FailedRefresh, NewCredential, StoreError, StoreResult,
        UserPage, UserRows,
    },
    store::values::{count, list_to_json, map_to_json, micros, optional_micros, to_json},
};

macro_rules! columns {
    () => {
        "c.id, c.project_id, c.integration_id, c.user_id, c.status, c.invalid_reason, \
         c.external_id, c.account_id, c.account_name, c.method, c.metadata, c.configurations, c.scopes, \
         c.credential, c.version, \
         c.expires_at, c.lease_owner, c.lease_fence, c.lease_expires_at, c.refresh_failures, \
         c.retry_at, c.created_at, c.updated_at, c.refreshed_at, c.refresh_due_at, c.interrupted_at, \
         c.status_since, c.trouble, c.trouble_said, c.trouble_at"
    };
}

/// Connections as `c`.
macro_rules! select {
    ($($rest:expr),+) => {
        concat!("SELECT ", columns!(), " FROM connections c ", $($rest),+)
    };
}
pub(super) use {columns, select};

/// A project's generation beside a user's connections. One row without a connection where there is none.
macro_rules! select_with_generation {
    ($more:literal, $join:literal, $on:literal) => {
        concat!(
            "SELECT p.generation, ",
            $more,
            columns!(),
            " FROM projects p ",
            $join,
            "LEFT JOIN connections c ON c.project_id = p.id AND c.user_id = $2 ",
            $on
        )
    };
}

pub(super) fn decode(row: &Row) -> StoreResult<Connection> {
    let record = Record::new(row, "connections");
    Ok(Connection {
        id: ConnectionId(record.get("id")?),
        project: ProjectId(record.get("project_id")?),
        integration: IntegrationId(record.get("integration_id")?),
        user_id: record.get("user_id")?,
        status: decode_status(&record)?,
        invalid_reason: decode_reason(&record)?,
        status_since: record.time("status_since")?,
        failure: decode_failure(&record)?,
        external_id: record.get("external_id")?,
        account: Account {
            id: record.get("account_id")?,
            name: record.get("account_name")?,
        },
        method: record.get("method")?,
        metadata: record.json("metadata")?,
        configurations: record.json("configurations")?,
        scopes: record.optional_json("scopes")?,
        credential: Sealed(record.get("credential")?),
        version: record.get("version")?,
        expires_at: record.optional_time("expires_at")?,
        refresh_due_at: record.optional_time("refresh_due_at")?,
        lease: decode_lease(&record)?,
        interrupted_at: record.optional_time("interrupted_at")?,
        refresh_failures: count(record.get("refresh_failures")?),
        retry_at: record.optional_time("retry_at")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
        refreshed_at: record.optional_time("refreshed_at")?,
    })
}

fn decode_status(record: &Record<'_>) -> StoreResult<ConnectionStatus> {
    match record.get("status")? {
        "pending" => Ok(ConnectionStatus::Pending),
        "valid" => Ok(ConnectionStatus::Valid),
        "needs_reauth" => Ok(ConnectionStatus::NeedsReauth),
        _ => Err(record.corrupt("status", "the status is unknown")),
    }
}

pub(super) fn status_name(status: ConnectionStatus) -> &'static str {
    match status {
        ConnectionStatus::Pending => "pending",
        ConnectionStatus::Valid => "valid",
        ConnectionStatus::NeedsReauth => "needs_reauth",
    }
}

fn decode_reason(record: &Record<'_>) -> StoreResult<Option<InvalidReason>> {
    let Some(reason) = record.get::<Option<&str>>("invalid_reason")? else {
        return Ok(None);
    };
    match InvalidReason::parse(reason) {
        None => Err(record.corrupt("invalid_reason", "the reason is unknown")),
        known => Ok(known),
    }
}

fn decode_failure(record: &Record<'_>) -> StoreResult<Option<Failure>> {
    let Some(trouble) = record.get::<Option<&str>>("trouble")? else {
        return Ok(None);
    };
    Ok(Some(Failure {
        trouble: Trouble::parse(trouble)
            .ok_or_else(|| record.corrupt("trouble", "the trouble is unknown"))?,
        said: record.get("trouble_said")?,
        at: record.time("trouble_at")?,
    }))
}

/// The fence outlives the lease in its column, so that the next one is higher.
fn decode_lease(record: &Record<'_>) -> StoreResult<Option<Lease>> {
    let Some(owner) = record.get("lease_owner")? else {
        return Ok(None);
    };
    Ok(Some(Lease {
        owner: ProcessId(owner),
        fence: record.get("lease_fence")?,
        expires_at: record.time("lease_expires_at")?,
    }))
}

fn decode_generation(row: &Row) -> StoreResult<i64> {
    Record::new(row, "projects").get("generation")
}

fn decode_outer(row: &Row) -> StoreResult<Option<Connection>> {
    match Record::new(row, "connections").get::<Option<uuid::Uuid>>("id")? {
        None => Ok(None),
        Some(_) => decode(row).map(Some),
    }
}

#[async_trait]
impl ConnectionRepository for Conn {
    async fn lookup(&mut self, id: ConnectionId) -> StoreResult<Option<Connection>> {
        let row = sqlx::query(select!("WHERE c.id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn find(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
    ) -> StoreResult<Vec<Connection>> {
        let rows = sqlx::query(select!(
            "WHERE c.project_id = $1 AND c.user_id = $2 AND c.integration_id = $3 \
             ORDER BY c.created_at, c.id"
        ))
        .bind(project.0)
        .bind(user_id)
        .bind(integration.0)
        .fetch_all(self)
        .await?;
        rows.iter().map(decode).collect()
    }

    async fn state_of_user(
        &mut self,
        project: ProjectId,
        user_id: &str,
    ) -> StoreResult<Option<UserRows>> {
        let rows = sqlx::query(select_with_generation!(
            "u.meta, ",
            "LEFT JOIN users u ON u.project_id = p.id AND u.user_id = $2 ",
            "WHERE p.id = $1 ORDER BY c.integration_id, c.created_at, c.id"
        ))
        .bind(project.0)
        .bind(user_id)
        .fetch_all(self)
        .await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let meta = Record::new(first, "users").optional_json("meta")?;
        Ok(Some(UserRows {
            generation: decode_generation(first)?,
            meta: meta.unwrap_or_default(),
            connections: rows
                .iter()
                .filter_map(|row| decode_outer(row).transpose())
                .collect::<StoreResult<_>>()?,
        }))
    }

    async fn state_of_connection(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
        selector: &Selector,
    ) -> StoreResult<Option<(i64, Option<Connection>)>> {
        let row = sqlx::query(select_with_generation!(
            "",
            "",
            "AND c.integration_id = $3 AND ($4 OR c.id = $5 OR c.external_id = $6) \
             WHERE p.id = $1 ORDER BY c.created_at, c.id LIMIT 1"
        ))
        .bind(project.0)
        .bind(user_id)
        .bind(integration.0)
        .bind(selector.is_first())
        .bind(selector.id.map(|id| id.0))
        .bind(selector.external_id.as_deref())
        .fetch_optional(self)
        .await?;
        row.map(|row| Ok((decode_generation(&row)?, decode_outer(&row)?)))
            .transpose()
    }

    async fn list_users(
        &mut self,
        project: ProjectId,
        search: &str,
        page: u32,
        page_size: u32,
    ) -> StoreResult<UserPage> {
        users::page(self, project, search, page, page_size).await
    }

    async fn list(
        &mut self,
        project: ProjectId,
        user_id: Option<&str>,
    ) -> StoreResult<Vec<Connection>> {
        users::list(self, project, user_id).await
    }

    async fn add(&mut self, connection: &Connection) -> StoreResult<()> {
        let failure = connection.failure.as_ref();
        let done = sqlx::query(
            "INSERT INTO connections (id, project_id, integration_id, user_id, status, \
             invalid_reason, account_id, account_name, metadata, scopes, credential, version, \
             expires_at, lease_owner, lease_fence, lease_expires_at, refresh_failures, retry_at, \
             created_at, updated_at, refreshed_at, external_id, configurations, method, \
             refresh_due_at, interrupted_at, status_since, trouble, trouble_said, trouble_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30) \
             ON CONFLICT DO NOTHING",
        )
        .bind(connection.id.0)
        .bind(connection.project.0)
        .bind(connection.integration.0)
        .bind(&connection.user_id)
        .bind(status_name(connection.status))
        .bind(connection.invalid_reason.map(InvalidReason::as_str))
        .bind(connection.account.id.as_deref())
        .bind(connection.account.name.as_deref())
        .bind(map_to_json(&connection.metadata))
        .bind(list_to_json(connection.scopes.as_deref()))
        .bind(connection.credential.0.as_slice())
        .bind(connection.version)
        .bind(optional_micros(connection.expires_at))
        .bind(connection.lease.map(|lease| lease.owner.0))
        .bind(connection.lease.map_or(0, |lease| lease.fence))
        .bind(connection.lease.map(|lease| micros(lease.expires_at)))
        .bind(i64::from(connection.refresh_failures))
        .bind(optional_micros(connection.retry_at))
        .bind(micros(connection.created_at))
        .bind(micros(connection.updated_at))
        .bind(optional_micros(connection.refreshed_at))
        .bind(connection.external_id.as_deref())
        .bind(to_json(&connection.configurations))
        .bind(&connection.method)
        .bind(optional_micros(connection.refresh_due_at))
        .bind(optional_micros(connection.interrupted_at))
        .bind(micros(connection.status_since))
        .bind(failure.map(|failure| failure.trouble.as_str()))
        .bind(failure.and_then(|failure| failure.said.as_deref()))
        .bind(failure.map(|failure| micros(failure.at)))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn replace_credential(
        &mut self,
        id: ConnectionId,
        new: &NewCredential,
        account: &Account,
        now: Timestamp,
    ) -> StoreResult<i64> {
        refresh::replace(self, id, new, account, now).await
    }

    async fn complete(
        &mut self,
        id: ConnectionId,
        metadata: &BTreeMap<String, String>,
        account: &Account,
        refresh_due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoreResult<()> {
        refresh::complete(self, id, metadata, account, refresh_due_at, now).await
    }

    async fn configure(
        &mut self,
        id: ConnectionId,
        external_id: Option<&str>,
        configurations: &[Configuration],
        now: Timestamp,
    ) -> StoreResult<()> {
        let done = sqlx::query(
            "UPDATE connections SET external_id = $2, configurations = $3, updated_at = $4 \
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(external_id)
        .bind(to_json(configurations))
        .bind(micros(now))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }

    async fn claim_refresh(
        &mut self,
        id: ConnectionId,
        version: i64,
        owner: ProcessId,
        host: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<Claim>> {
        refresh::claim(self, id, version, owner, host, now, until).await
    }

    async fn finish_refresh(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        new: &NewCredential,
        now: Timestamp,
    ) -> StoreResult<i64> {
        refresh::finish(self, id, owner, fence, new, now).await
    }

    async fn fail_refresh(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        failed: &FailedRefresh,
    ) -> StoreResult<()> {
        refresh::fail(self, id, owner, fence, failed).await
    }

    async fn mark_invalid(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        reason: InvalidReason,
        said: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()> {
        refresh::mark_invalid(self, id, owner, fence, reason, said, now).await
    }

    async fn remove(&mut self, id: ConnectionId) -> StoreResult<()> {
        let done = sqlx::query("DELETE FROM connections WHERE id = $1")
            .bind(id.0)
            .execute(self)
            .await?;
        changed(done.rows_affected(), StoreError::NotFound)
    }
}
