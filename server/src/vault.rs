//! Envelope encryption at rest: the only place that encrypts.

pub mod envelope;
pub mod jwe;
pub mod keyring;
pub mod provider;
pub mod rsa;

pub use keyring::{EncryptionKey, KeyRing};
