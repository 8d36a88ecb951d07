//! What changes a connection's credential. Every step is one conditional `UPDATE`, so that of any
//! number of processes one is first and the others learn it.

use std::collections::BTreeMap;

use super::{connections::status_name, engine::Conn, record::changed, upkeep::last_end};
use crate::{
    domain::{
        Timestamp,
        connection::{InvalidReason, Trouble},
        id::{ConnectionId, ProcessId},
        token_set::Account,
    },
    ports::store::{Claim, FailedRefresh, NewCredential, StoreError, StoreResult},
    store::values::{list_to_json, map_to_json, micros, optional_micros, timestamp},
};

pub(super) async fn replace(
    conn: &mut Conn,
    id: ConnectionId,
    new: &NewCredential,
    account: &Account,
    now: Timestamp,
) -> StoreResult<i64> {
    let version = sqlx::query_scalar(
        "UPDATE connections SET status = $10, invalid_reason = NULL, credential = $2, \
         status_since = CASE WHEN status = $10 THEN status_since ELSE $8 END, \
         expires_at = $3, scopes = $4, metadata = $5, account_id = $6, account_name = $7, \
         updated_at = $8, version = version + 1, lease_owner = NULL, lease_expires_at = NULL, \
         lease_fence = lease_fence + 1, refresh_failures = 0, retry_at = NULL, refreshed_at = $8, \
         method = $9, refresh_due_at = $11, interrupted_at = NULL, \
         trouble = NULL, trouble_said = NULL, trouble_at = NULL \
         WHERE id = $1 RETURNING version",
    )
    .bind(id.0)
    .bind(new.credential.0.as_slice())
    .bind(optional_micros(new.expires_at))
    .bind(list_to_json(new.scopes.as_deref()))
    .bind(map_to_json(&new.metadata))
    .bind(account.id.as_deref())
    .bind(account.name.as_deref())
    .bind(micros(now))
    .bind(&new.method)
    .bind(status_name(new.status))
    .bind(optional_micros(new.refresh_due_at))
    .fetch_optional(conn)
    .await?;
    version.ok_or(StoreError::NotFound)
}

pub(super) async fn complete(
    conn: &mut Conn,
    id: ConnectionId,
    metadata: &BTreeMap<String, String>,
    account: &Account,
    refresh_due_at: Option<Timestamp>,
    now: Timestamp,
) -> StoreResult<()> {
    let done = sqlx::query(
        "UPDATE connections SET status = 'valid', metadata = $2, account_id = $3, \
         account_name = $4, updated_at = $5, status_since = $5, refresh_due_at = $6, \
         version = version + 1 \
         WHERE id = $1 AND status = 'pending'",
    )
    .bind(id.0)
    .bind(map_to_json(metadata))
    .bind(account.id.as_deref())
    .bind(account.name.as_deref())
    .bind(micros(now))
    .bind(optional_micros(refresh_due_at))
    .execute(conn)
    .await?;
    changed(done.rows_affected(), StoreError::Stale)
}

/// The due time moves to the lease's end: a holder that dies leaves the connection due again. A lease
/// that is taken over is one whose outcome nobody learned. One that ends later than any can was taken
/// by a clock that was wrong, and holds nobody up.
pub(super) async fn claim(
    conn: &mut Conn,
    id: ConnectionId,
    version: i64,
    owner: ProcessId,
    host: &str,
    now: Timestamp,
    until: Timestamp,
) -> StoreResult<Option<Claim>> {
    let claimed: Option<(i64, Option<i64>)> = sqlx::query_as(
        "UPDATE connections SET lease_owner = $3, lease_expires_at = $5, \
         lease_fence = lease_fence + 1, refresh_due_at = $5, \
         interrupted_at = CASE WHEN lease_owner IS NULL THEN interrupted_at ELSE $4 END \
         WHERE id = $1 AND version = $2 AND status <> 'needs_reauth' AND (lease_owner IS NULL OR lease_expires_at <= $4 OR lease_expires_at > $5 + $5 - $4) \
         AND NOT EXISTS (SELECT 1 FROM provider_pauses p \
         WHERE p.integration_id = connections.integration_id AND p.host = $6 AND p.ends_at > $4 AND p.ends_at <= $7) \
         RETURNING lease_fence, interrupted_at",
    )
    .bind(id.0)
    .bind(version)
    .bind(owner.0)
    .bind(micros(now))
    .bind(micros(until))
    .bind(host)
    .bind(last_end(now))
    .fetch_optional(conn)
    .await?;
    Ok(claimed.map(|(fence, interrupted_at)| Claim {
        fence,
        interrupted_at: interrupted_at.and_then(|micros| timestamp(micros).ok()),
    }))
}

/// A lease that ran out still counts while nobody else took it.
pub(super) async fn finish(
    conn: &mut Conn,
    id: ConnectionId,
    owner: ProcessId,
    fence: i64,
    new: &NewCredential,
    now: Timestamp,
) -> StoreResult<i64> {
    let version = sqlx::query_scalar(
        "UPDATE connections SET credential = $4, expires_at = $5, scopes = $6, metadata = $7, \
         updated_at = $8, refreshed_at = $8, version = version + 1, lease_owner = NULL, \
         lease_expires_at = NULL, refresh_failures = 0, retry_at = NULL, refresh_due_at = $9, \
         interrupted_at = NULL, trouble = NULL, trouble_said = NULL, trouble_at = NULL \
         WHERE id = $1 AND lease_owner = $2 AND lease_fence = $3 RETURNING version",
    )
    .bind(id.0)
    .bind(owner.0)
    .bind(fence)
    .bind(new.credential.0.as_slice())
    .bind(optional_micros(new.expires_at))
    .bind(list_to_json(new.scopes.as_deref()))
    .bind(map_to_json(&new.metadata))
    .bind(micros(now))
    .bind(optional_micros(new.refresh_due_at))
    .fetch_optional(conn)
    .await?;
    version.ok_or(StoreError::Stale)
}

pub(super) async fn fail(
    conn: &mut Conn,
    id: ConnectionId,
    owner: ProcessId,
    fence: i64,
    failed: &FailedRefresh,
) -> StoreResult<()> {
    let done = sqlx::query(
        "UPDATE connections SET refresh_failures = refresh_failures + 1, retry_at = $4, \
         refresh_due_at = $5, trouble = $6, trouble_said = $7, trouble_at = $8, updated_at = $8, \
         interrupted_at = CASE WHEN $9 THEN $8 ELSE interrupted_at END, \
         lease_owner = NULL, lease_expires_at = NULL \
         WHERE id = $1 AND lease_owner = $2 AND lease_fence = $3",
    )
    .bind(id.0)
    .bind(owner.0)
    .bind(fence)
    .bind(micros(failed.retry_at))
    .bind(micros(failed.due_at))
    .bind(failed.failure.trouble.as_str())
    .bind(failed.failure.said.as_deref())
    .bind(micros(failed.failure.at))
    .bind(failed.outcome_unknown)
    .execute(conn)
    .await?;
    changed(done.rows_affected(), StoreError::Stale)
}

pub(super) async fn mark_invalid(
    conn: &mut Conn,
    id: ConnectionId,
    owner: ProcessId,
    fence: i64,
    reason: InvalidReason,
    said: Option<&str>,
    now: Timestamp,
) -> StoreResult<()> {
    let done = sqlx::query(
        "UPDATE connections SET status = 'needs_reauth', invalid_reason = $4, updated_at = $5, \
         status_since = $5, trouble = $6, trouble_said = $7, trouble_at = $5, \
         refresh_due_at = NULL, \
         version = version + 1, lease_owner = NULL, lease_expires_at = NULL \
         WHERE id = $1 AND lease_owner = $2 AND lease_fence = $3",
    )
    .bind(id.0)
    .bind(owner.0)
    .bind(fence)
    .bind(reason.as_str())
    .bind(micros(now))
    .bind(Trouble::GrantOver.as_str())
    .bind(said)
    .execute(conn)
    .await?;
    changed(done.rows_affected(), StoreError::Stale)
}
