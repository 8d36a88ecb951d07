//! JWTs that Patchbay signs for a provider (RFC 7519, RFC 7523).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{bag::Bag, pem};
use crate::{
    domain::{Timestamp, definition::Assertion, secret::Secret},
    ports::provider::ProviderError,
};

/// How far the provider's clock may be behind.
const BACKDATED: i64 = 30;

/// One assertion, for one request to `audience`. A key that cannot sign is a refusal that says so
/// and shows nothing of it.
pub fn sign(
    assertion: &Assertion,
    bag: &Bag,
    audience: &str,
    now: Timestamp,
) -> Result<Secret, ProviderError> {
    let algorithm = algorithm(&assertion.algorithm)?;
    let key = key(&bag.render(&assertion.key)?, algorithm)?;
    let mut header = Header::new(algorithm);
    for (name, value) in &assertion.header {
        let value = Some(bag.render(value)?.expose().to_owned());
        match name.as_str() {
            "kid" => header.kid = value,
            "typ" => header.typ = value,
            _ => header.x5t = value,
        }
    }
    let audience = match &assertion.audience {
        Some(template) => bag.render(template)?.expose().to_owned(),
        None => audience.to_owned(),
    };
    let issued = now.as_second() - BACKDATED;
    let lifetime = i64::try_from(assertion.lifetime.as_secs()).unwrap_or(i64::MAX);
    let mut claims = Map::new();
    for (name, value) in bag.params(&assertion.claims)? {
        claims.insert(name, Value::String(value.expose().to_owned()));
    }
    claims.insert("aud".to_owned(), audience.into());
    claims.insert("iat".to_owned(), issued.into());
    claims.insert("exp".to_owned(), (issued + lifetime).into());
    claims.insert("jti".to_owned(), Uuid::new_v4().to_string().into());
    jsonwebtoken::encode(&header, &claims, &key)
        .map(Secret::new)
        .map_err(|_| unfit(algorithm))
}

fn algorithm(name: &str) -> Result<Algorithm, ProviderError> {
    name.parse()
        .map_err(|_| ProviderError::Refused(format!("the definition signs with {name}")))
}

/// PEM, a JSON key file, or for HMAC the secret itself.
fn key(text: &Secret, algorithm: Algorithm) -> Result<EncodingKey, ProviderError> {
    use Algorithm::{ES256, ES384, HS256, HS384, HS512};
    if matches!(algorithm, HS256 | HS384 | HS512) {
        return Ok(EncodingKey::from_secret(text.expose().as_bytes()));
    }
    let pem = pem::tidy(text);
    let key = match algorithm {
        ES256 | ES384 => EncodingKey::from_ec_pem(pem.expose().as_bytes()),
        _ => EncodingKey::from_rsa_pem(pem.expose().as_bytes()),
    };
    key.map_err(|_| unfit(algorithm))
}

fn unfit(algorithm: Algorithm) -> ProviderError {
    ProviderError::Refused(format!(
        "the key cannot sign with {algorithm:?}; it should be a private key as PEM"
    ))
}
