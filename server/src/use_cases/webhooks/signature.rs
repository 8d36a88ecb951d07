//! Signatures (Standard Webhooks 1.0, "Signature scheme"): HMAC-SHA-256 over id, time and body.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::{
    domain::{Timestamp, secret::Secret, webhook::key_of},
    ports::vault::Vault,
};

/// The headers of one attempt. One signature a secret, separated by spaces: the receiver takes any.
pub fn headers(
    vault: &dyn Vault,
    secrets: &[Secret],
    id: &str,
    at: Timestamp,
    body: &[u8],
) -> [(&'static str, String); 3] {
    let seconds = at.as_second().to_string();
    let signed = [id.as_bytes(), b".", seconds.as_bytes(), b".", body].concat();
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            // What we made is base64; anything else would sign with no key, and be refused.
            let key = BASE64.decode(key_of(secret)).unwrap_or_default();
            format!("v1,{}", BASE64.encode(vault.mac(&key, &signed)))
        })
        .collect();
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds),
        ("webhook-signature", signatures.join(" ")),
    ]
}
