//! Projects, their environments, signing keys and allowed origins.

pub use app::contract::dashboard::Environment;

use super::{
    Timestamp,
    id::{FamilyId, KeyId, ProjectId},
};

/// One environment of a project. `family` ties the three environments together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub family: FamilyId,
    pub name: String,
    pub environment: Environment,
    pub created_at: Timestamp,
}

impl Project {
    /// In development, pages on the developer's own machine may embed the portal unasked.
    pub fn allows_loopback_origins(&self) -> bool {
        self.environment == Environment::Development
    }
}

/// Keys that may be active at one time, so that a rotation breaks nobody.
pub const MAX_ACTIVE_KEYS: usize = 2;

/// The public half of a key that signs user tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    pub id: KeyId,
    pub project: ProjectId,
    /// SubjectPublicKeyInfo, PEM.
    pub public_key_pem: String,
    pub created_at: Timestamp,
}
