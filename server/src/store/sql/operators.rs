//! Operators and their signed-in browsers.

use async_trait::async_trait;

use super::{
    engine::{Conn, Row},
    record::{Record, changed, first},
};
use crate::{
    domain::{
        Timestamp,
        id::OperatorId,
        operator::{Operator, OperatorSession, Role},
    },
    ports::store::{OperatorRepository, StoreError, StoreResult},
    store::values::{count, micros},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.email, o.password_hash, o.role, o.created_at FROM operators o ",
            $rest
        )
    };
}

fn decode(row: &Row) -> StoreResult<Operator> {
    let record = Record::new(row, "operators");
    Ok(Operator {
        id: OperatorId(record.get("id")?),
        email: record.get("email")?,
        password_hash: record.get("password_hash")?,
        role: record.name("role")?,
        created_at: record.time("created_at")?,
    })
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Member => "member",
        Role::Support => "support",
    }
}

#[async_trait]
impl OperatorRepository for Conn {
    async fn lookup(&mut self, id: OperatorId) -> StoreResult<Option<Operator>> {
        let row = sqlx::query(select!("WHERE o.id = $1"))
            .bind(id.0)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn find_by_email(&mut self, email: &str) -> StoreResult<Option<Operator>> {
        let row = sqlx::query(select!("WHERE o.email = $1"))
            .bind(email)
            .fetch_optional(self)
            .await?;
        row.as_ref().map(decode).transpose()
    }

    async fn count(&mut self) -> StoreResult<u32> {
        Ok(count(
            sqlx::query_scalar("SELECT COUNT(*) FROM operators")
                .fetch_one(self)
                .await?,
        ))
    }

    async fn add(&mut self, operator: &Operator) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO operators (id, email, password_hash, role, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(operator.id.0)
        .bind(&operator.email)
        .bind(&operator.password_hash)
        .bind(role_name(operator.role))
        .bind(micros(operator.created_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn add_session(&mut self, session: &OperatorSession) -> StoreResult<()> {
        let done = sqlx::query(
            "INSERT INTO operator_sessions (token_hash, operator_id, expires_at) \
             VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(session.token_hash.as_slice())
        .bind(session.operator.0)
        .bind(micros(session.expires_at))
        .execute(self)
        .await?;
        changed(done.rows_affected(), StoreError::Conflict)
    }

    async fn find_by_session(
        &mut self,
        token_hash: &[u8],
        now: Timestamp,
    ) -> StoreResult<Option<Operator>> {
        let row = sqlx::query(select!(
            "JOIN operator_sessions s ON s.operator_id = o.id \
             WHERE s.token_hash = $1 AND s.expires_at > $2"
        ))
        .bind(token_hash)
        .bind(micros(now))
        .fetch_optional(self)
        .await?;
        row.as_ref().map(decode).transpose()
    }

    /// Signing out twice is no error.
    async fn remove_session(&mut self, token_hash: &[u8]) -> StoreResult<()> {
        sqlx::query("DELETE FROM operator_sessions WHERE token_hash = $1")
            .bind(token_hash)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn first_session_end(&mut self) -> StoreResult<Option<Timestamp>> {
        first(self, "SELECT min(expires_at) FROM operator_sessions").await
    }

    async fn remove_expired_sessions(&mut self, before: Timestamp) -> StoreResult<u64> {
        let done = sqlx::query("DELETE FROM operator_sessions WHERE expires_at < $1")
            .bind(micros(before))
            .execute(self)
            .await?;
        Ok(done.rows_affected())
    }
}
