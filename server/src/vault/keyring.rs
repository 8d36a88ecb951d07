//! The keys that wrap data keys, and the vault that uses them.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use aws_lc_rs::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    digest, hmac,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::envelope;
use crate::{
    domain::{
        encryption_key::EncryptionKeyId,
        secret::{Sealed, Secret},
    },
    ports::vault::{
        KeyProvider, KeysUnavailable, NewKeyPair, SealedField, TransferError, Vault, VaultError,
    },
};

/// The most keys that one ring takes. A rotation needs two.
const MOST: usize = 16;

/// A key-encryption key with the id that stands in every envelope it wraps.
#[derive(Clone)]
pub struct EncryptionKey {
    pub(super) id: EncryptionKeyId,
    pub(super) key: Arc<LessSafeKey>,
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
            id: EncryptionKeyId(id),
            key: Arc::new(LessSafeKey::new(unbound)),
        })
    }

    /// Safe to print.
    pub fn id(&self) -> EncryptionKeyId {
        self.id
    }
}

impl std::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncryptionKey({})", self.id)
    }
}

/// The loaded keys. One seals; all open.
pub struct KeyRing {
    provider: Arc<dyn KeyProvider>,
    keys: RwLock<Arc<Keys>>,
}

#[derive(Clone)]
struct Keys {
    /// Never empty.
    all: Vec<EncryptionKey>,
    primary: usize,
}

impl Keys {
    fn find(&self, id: EncryptionKeyId) -> Result<&EncryptionKey, VaultError> {
        let found = self.all.iter().find(|key| key.id == id);
        found.ok_or(VaultError::UnknownKey(id))
    }

    fn primary(&self) -> &EncryptionKey {
        &self.all[self.primary]
    }
}

impl KeyRing {
    /// The ring as its source has it now; the first key seals until somebody says otherwise.
    ///
    /// # Errors
    /// The source does not answer, or what it says is no list of keys.
    pub async fn load(provider: Arc<dyn KeyProvider>) -> Result<Self, KeysUnavailable> {
        let all = read(&*provider).await?;
        let keys = RwLock::new(Arc::new(Keys { all, primary: 0 }));
        Ok(Self { provider, keys })
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the keys in one step. An error changes nothing.
    fn change<E>(&self, change: impl FnOnce(&Keys) -> Result<Keys, E>) -> Result<(), E> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        *keys = Arc::new(change(&keys)?);
        Ok(())
    }
}

async fn read(provider: &dyn KeyProvider) -> Result<Vec<EncryptionKey>, KeysUnavailable> {
    let mut all: Vec<EncryptionKey> = Vec::new();
    for text in provider.load().await? {
        let key = EncryptionKey::from_base64(&text);
        let key = key.map_err(|error| KeysUnavailable(error.to_string()))?;
        if !all.iter().any(|known| known.id == key.id) {
            all.push(key);
        }
    }
    if all.is_empty() {
        return Err(KeysUnavailable(KeyFormatError.to_string()));
    }
    if all.len() > MOST {
        let message = format!("there are more than {MOST} encryption keys; leave the retired out");
        return Err(KeysUnavailable(message));
    }
    Ok(all)
}

#[async_trait]
impl Vault for KeyRing {
    fn seal(&self, field: SealedField, plain: &Secret) -> Sealed {
        envelope::seal(self.keys().primary(), field, plain.expose().as_bytes())
    }

    fn open(&self, field: SealedField, sealed: &Sealed) -> Result<Secret, VaultError> {
        let keys = self.keys();
        envelope::open(keys.find(envelope::key_id(sealed)?)?, field, sealed)
    }

    fn new_signing_key(&self) -> NewKeyPair {
        super::rsa::generate()
    }

    fn mac(&self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, message).as_ref().to_vec()
    }

    fn seal_for(&self, public_key_pem: &str, plain: &Secret) -> Result<String, TransferError> {
        super::jwe::seal(public_key_pem, plain)
    }

    fn open_from(&self, private_key_pem: &Secret, sealed: &str) -> Result<Secret, TransferError> {
        super::jwe::open(private_key_pem, sealed)
    }

    fn primary(&self) -> EncryptionKeyId {
        self.keys().primary().id
    }

    fn key_ids(&self) -> Vec<EncryptionKeyId> {
        self.keys().all.iter().map(|key| key.id).collect()
    }

    fn use_primary(&self, id: EncryptionKeyId) -> Result<(), VaultError> {
        self.change(|keys| {
            let position = keys.all.iter().position(|key| key.id == id);
            Ok(Keys {
                primary: position.ok_or(VaultError::UnknownKey(id))?,
                all: keys.all.clone(),
            })
        })
    }

    async fn reload(&self) -> Result<bool, KeysUnavailable> {
        if !self.provider.may_change() {
            return Ok(false);
        }
        let all = read(&*self.provider).await?;
        self.change(|keys| {
            let primary = keys.primary().id;
            let position = all.iter().position(|key| key.id == primary);
            let lost = || {
                KeysUnavailable(format!(
                    "the key {primary}, which seals, is gone from where the keys come from: put it back"
                ))
            };
            Ok(Keys {
                primary: position.ok_or_else(lost)?,
                all,
            })
        })?;
        Ok(true)
    }

    fn key_of(&self, sealed: &Sealed) -> Result<EncryptionKeyId, VaultError> {
        envelope::key_id(sealed)
    }

    fn rewrap(&self, field: SealedField, sealed: &Sealed) -> Result<Sealed, VaultError> {
        let keys = self.keys();
        let from = keys.find(envelope::key_id(sealed)?)?;
        envelope::rewrap(from, keys.primary(), field, sealed)
    }
}
