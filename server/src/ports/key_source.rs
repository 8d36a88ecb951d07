//! Where the keys of identity providers come from.

use std::time::Duration;

use async_trait::async_trait;

use super::provider::ProviderError;
use crate::domain::issuer::Issuer;

/// An RSA key that signs with SHA-256 (RFC 7517, RFC 7518 §6.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// `kid` of the tokens that it signs.
    pub id: Option<String>,
    /// Modulus, base64url.
    pub n: String,
    /// Exponent, base64url.
    pub e: String,
}

/// What an issuer publishes. Keys of other kinds are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    pub keys: Vec<PublicKey>,
    /// How long the issuer lets it be kept (RFC 9111 §4.2.1); none where it does not say.
    pub max_age: Option<Duration>,
}

#[async_trait]
pub trait KeySource: Send + Sync {
    /// Asks the issuer. Takes seconds at most.
    async fn fetch(&self, issuer: &Issuer) -> Result<KeySet, ProviderError>;
}
