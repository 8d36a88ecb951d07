//! Encryption at rest.

use crate::domain::secret::{Sealed, Secret};

/// What a ciphertext belongs to. Bound as associated data: a value moved to another row or field
/// does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedField {
    pub project: uuid::Uuid,
    /// The connection, integration or flow that holds the value.
    pub owner: uuid::Uuid,
    pub field: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the value was sealed with a key that is not loaded (key id {0})")]
    UnknownKey(String),
    #[error("the value was altered, or belongs to another row or field")]
    Tampered,
    #[error("the value is not an envelope of this vault")]
    Malformed,
}

/// An RSA key pair: private half as PKCS #8, public half as SubjectPublicKeyInfo, both PEM.
pub struct NewKeyPair {
    pub private_key_pem: Secret,
    pub public_key_pem: String,
}

pub trait Vault: Send + Sync {
    fn seal(&self, field: SealedField, plain: &Secret) -> Sealed;
    fn open(&self, field: SealedField, sealed: &Sealed) -> Result<Secret, VaultError>;
    /// A fresh RSA key that signs user tokens. Takes tens of milliseconds: call it off the async threads.
    fn new_signing_key(&self) -> NewKeyPair;
    /// The id of the key that seals; safe to print.
    fn key_id(&self) -> String;
}
