//! Encryption at rest.

use async_trait::async_trait;

use crate::domain::{
    encryption_key::EncryptionKeyId,
    secret::{Sealed, Secret},
};

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
    UnknownKey(EncryptionKeyId),
    #[error("the value was altered, or belongs to another row or field")]
    Tampered,
    #[error("the value is not an envelope of this vault")]
    Malformed,
}

/// Why a value does not go to another installation, or does not come from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    #[error("the key is not a public RSA key in PEM (openssl rsa -in private.pem -pubout)")]
    PublicKey,
    #[error("the key is not a private RSA key in PEM, PKCS #8 (openssl genpkey -algorithm RSA)")]
    PrivateKey,
    #[error("the text is not a JWE by RSA-OAEP-256 and A256GCM")]
    Malformed,
    #[error("the text was encrypted to another key, or was altered")]
    Closed,
}

/// An RSA key pair: private half as PKCS #8, public half as SubjectPublicKeyInfo, both PEM.
pub struct NewKeyPair {
    pub private_key_pem: Secret,
    pub public_key_pem: String,
}

/// Where the encryption keys come from: a file, the environment, a command.
#[async_trait]
pub trait KeyProvider: Send + Sync {
    /// Every key, each 32 bytes in base64. Of a new database, the first is the primary.
    async fn load(&self) -> Result<Vec<Secret>, KeysUnavailable>;
    /// Whether a later call may find other keys.
    fn may_change(&self) -> bool;
}

/// One sentence that says what is wrong with the keys and what to do. Holds no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeysUnavailable(pub String);

#[async_trait]
pub trait Vault: Send + Sync {
    fn seal(&self, field: SealedField, plain: &Secret) -> Sealed;
    fn open(&self, field: SealedField, sealed: &Sealed) -> Result<Secret, VaultError>;
    /// A fresh RSA key that signs user tokens. Takes tens of milliseconds: call it off the async threads.
    fn new_signing_key(&self) -> NewKeyPair;

    /// HMAC-SHA-256 (RFC 2104), 32 bytes.
    fn mac(&self, key: &[u8], message: &[u8]) -> Vec<u8>;

    /// For whoever has the private half of an RSA key (PEM): a JWE.
    fn seal_for(&self, public_key_pem: &str, plain: &Secret) -> Result<String, TransferError>;
    /// What [`Vault::seal_for`] made, anywhere.
    fn open_from(&self, private_key_pem: &Secret, sealed: &str) -> Result<Secret, TransferError>;

    /// The key that seals.
    fn primary(&self) -> EncryptionKeyId;
    /// Every key that is loaded, in the order of its source.
    fn key_ids(&self) -> Vec<EncryptionKeyId>;
    /// From now on this key seals. UnknownKey: it is not loaded.
    fn use_primary(&self, id: EncryptionKeyId) -> Result<(), VaultError>;
    /// Reads the keys again from their source. False: the source cannot change while this process
    /// runs. What fails leaves the loaded keys as they are.
    async fn reload(&self) -> Result<bool, KeysUnavailable>;
    /// The key that a value needs, loaded or not.
    fn key_of(&self, sealed: &Sealed) -> Result<EncryptionKeyId, VaultError>;
    /// The same value under the primary.
    fn rewrap(&self, field: SealedField, sealed: &Sealed) -> Result<Sealed, VaultError>;
}
