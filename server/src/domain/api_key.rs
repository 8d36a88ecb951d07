//! Keys with which a project's back end calls.

pub use app::contract::event::ApiScope;

use super::{
    Timestamp,
    id::{ApiKeyId, ProjectId},
    secret::Secret,
};

/// Keys of a project that may be active at one time.
pub const MAX_ACTIVE: usize = 20;

/// The longest name of a key, in bytes.
pub const MAX_NAME: usize = 100;

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub project: ProjectId,
    /// What its makers call it.
    pub name: String,
    /// SHA-256 of the secret part. The secret is 256 random bits, so nobody finds it by trying: a slow
    /// hash, which is for what people choose, would only make each call slow.
    pub secret_hash: Vec<u8>,
    pub scopes: Vec<ApiScope>,
    pub created_at: Timestamp,
}

/// How every key begins, so that whoever finds one in the wrong place knows what it is.
const PREFIX: &str = "pb_";

/// The key as its holder has it: `pb_{id}_{secret}`, the id as 32 hexadecimal digits.
pub fn compose(id: ApiKeyId, secret: &Secret) -> Secret {
    Secret::new(format!("{PREFIX}{}_{}", id.0.simple(), secret.expose()))
}

/// The id and the secret of a key. None: it is no API key.
pub fn parse(text: &Secret) -> Option<(ApiKeyId, Secret)> {
    let (id, secret) = text.expose().strip_prefix(PREFIX)?.split_once('_')?;
    if id.len() != 32 || secret.is_empty() {
        return None;
    }
    Some((id.parse().ok()?, Secret::new(secret)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_composed() {
        let id = ApiKeyId(Uuid::from_u128(7));
        let secret = Secret::new("a_b-c");
        let key = compose(id, &secret);
        assert_eq!(key.expose(), "pb_00000000000000000000000000000007_a_b-c");
        let (found, secret) = parse(&key).unwrap();
        assert_eq!((found, secret.expose()), (id, "a_b-c"));
        for other in [
            "",
            "pb_",
            "pb_7_a",
            "pb_00000000000000000000000000000007_",
            "eyJ.a.b",
        ] {
            assert!(parse(&Secret::new(other)).is_none(), "{other}");
        }
    }
}
