//! The people who use the dashboard.

pub use app::contract::dashboard::Role;

use super::{Timestamp, id::OperatorId};

#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    pub id: OperatorId,
    /// Lower case.
    pub email: String,
    /// PHC string, argon2id.
    pub password_hash: String,
    pub role: Role,
    pub created_at: Timestamp,
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operator")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A signed-in browser. Only the hash of its token is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSession {
    /// SHA-256 of the cookie's value.
    pub token_hash: Vec<u8>,
    pub operator: OperatorId,
    pub expires_at: Timestamp,
}
