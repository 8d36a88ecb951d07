//! What a provider hands out, and what the vault keeps of a connection.

use std::collections::BTreeMap;

use super::{Timestamp, secret::Secret};

/// An OAuth token answer, whatever its shape on the wire (RFC 6749 §5.1 and the ways it is bent).
#[derive(Clone, Debug)]
pub struct TokenSet {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
    pub expires_at: Option<Timestamp>,
    /// Scopes granted, where the provider tells.
    pub scopes: Option<Vec<String>>,
    /// Values that the definition keeps from the answer: `instance_url`, `realm_id` …
    pub metadata: BTreeMap<String, String>,
    /// More that is sealed with the tokens, by the definition's names.
    pub secrets: BTreeMap<String, Secret>,
}

/// The secret part of a connection: encrypted as one value, field name to value.
/// OAuth keeps `access_token` and `refresh_token`; forms keep what the person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialFields(pub BTreeMap<String, Secret>);

impl CredentialFields {
    pub const ACCESS_TOKEN: &'static str = "access_token";
    pub const REFRESH_TOKEN: &'static str = "refresh_token";

    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// The fields after a token answer. Without a new refresh token the old one stays good (RFC 6749 §6).
    pub fn with_tokens(&self, tokens: &TokenSet) -> Self {
        let mut fields = self.0.clone();
        fields.insert(Self::ACCESS_TOKEN.to_owned(), tokens.access_token.clone());
        if let Some(refresh_token) = &tokens.refresh_token {
            fields.insert(Self::REFRESH_TOKEN.to_owned(), refresh_token.clone());
        }
        fields.extend(tokens.secrets.clone());
        Self(fields)
    }

    /// JSON for the vault.
    pub fn to_json(&self) -> Secret {
        let plain: BTreeMap<&str, &str> = self
            .0
            .iter()
            .map(|(k, v)| (k.as_str(), v.expose()))
            .collect();
        Secret::new(serde_json::to_string(&plain).expect("a map of strings is JSON"))
    }

    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self)
    }
}

/// The account behind a credential, as the verification call tells it. No secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub id: Option<String>,
    pub name: Option<String>,
}
