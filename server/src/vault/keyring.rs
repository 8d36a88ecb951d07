//! The keys that wrap data keys, and the vault that uses them.

use aws_lc_rs::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    digest,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::envelope;
use crate::{
    domain::secret::{Sealed, Secret},
    ports::vault::{NewKeyPair, SealedField, Vault, VaultError},
};

/// A key-encryption key with the id that stands in every envelope it wraps.
pub struct EncryptionKey {
    pub(super) id: [u8; 8],
    pub(super) key: LessSafeKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the encryption key must be 32 bytes in base64 (make one with: openssl rand -base64 32)")]
pub struct KeyFormatError;

impl EncryptionKey {
    /// From 32 bytes in base64. The id is the first 8 bytes of the key's SHA-256 under a label.
    pub fn from_base64(text: &Secret) -> Result<Self, KeyFormatError> {
        let bytes = Zeroizing::new(
            STANDARD
                .decode(text.expose().trim())
                .map_err(|_| KeyFormatError)?,
        );
        let unbound = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| KeyFormatError)?;
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(b"patchbay key id v1");
        hash.update(&bytes);
        let mut id = [0; 8];
        id.copy_from_slice(&hash.finish().as_ref()[..8]);
        Ok(Self {
            id,
            key: LessSafeKey::new(unbound),
        })
    }

    /// The id in hexadecimal: safe to print.
    pub fn id(&self) -> String {
        hex(&self.id)
    }
}

impl std::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncryptionKey({})", self.id())
    }
}

/// The loaded keys. The first seals; all open.
#[derive(Debug)]
pub struct KeyRing {
    keys: Vec<EncryptionKey>,
}

impl KeyRing {
    pub fn new(key: EncryptionKey) -> Self {
        Self { keys: vec![key] }
    }
}

impl Vault for KeyRing {
    fn seal(&self, field: SealedField, plain: &Secret) -> Sealed {
        envelope::seal(&self.keys[0], field, plain.expose().as_bytes())
    }

    fn open(&self, field: SealedField, sealed: &Sealed) -> Result<Secret, VaultError> {
        let id = envelope::key_id(sealed)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| VaultError::UnknownKey(hex(&id)))?;
        envelope::open(key, field, sealed)
    }

    fn new_signing_key(&self) -> NewKeyPair {
        super::rsa::generate()
    }

    fn key_id(&self) -> String {
        self.keys[0].id()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
