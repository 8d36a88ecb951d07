//! Rows as Nango's API gives a connection, with its credentials
//! (<https://nango.dev/docs/reference/backend/http-api/connections/get>).
//!
//! `credentials.type` tells which fields there are: `OAUTH2`, `API_KEY` or `BASIC`. The others are
//! refused by name. Nango's `connection_config` is what URLs need; its `metadata` are the app's notes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Record, shape};
use crate::domain::{Timestamp, secret::Secret, token_set::CredentialFields};

/// Names of a form's values, until the definition's own are known.
pub const API_KEY: &str = "$api_key";
pub const USERNAME: &str = "$username";
pub const PASSWORD: &str = "$password";

#[derive(Deserialize)]
struct Row {
    connection_id: String,
    provider_config_key: String,
    #[serde(default)]
    end_user: Option<EndUser>,
    #[serde(default)]
    tags: Option<Map<String, Value>>,
    #[serde(default)]
    connection_config: Option<Map<String, Value>>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
    credentials: Credentials,
}

#[derive(Deserialize)]
struct EndUser {
    id: String,
}

#[derive(Deserialize)]
struct Credentials {
    #[serde(rename = "type")]
    kind: Option<String>,
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_at: Option<Timestamp>,
    #[serde(alias = "apiKey")]
    api_key: Option<Secret>,
    username: Option<Secret>,
    password: Option<Secret>,
}

pub fn read(row: Value) -> Result<Record, String> {
    let row: Row = serde_json::from_value(row).map_err(|error| shape(&error))?;
    let user_id = row.end_user.map(|user| user.id).or_else(|| {
        let id = row.tags.as_ref()?.get("end_user_id")?;
        id.as_str().map(ToOwned::to_owned)
    });
    // Where the app named connections after its users, there is no other id.
    let (user_id, external_id) = match user_id {
        Some(user_id) => (user_id, Some(row.connection_id)),
        None => (row.connection_id, None),
    };
    let expires_at = row.credentials.expires_at;
    Ok(Record {
        user_id,
        integration: row.provider_config_key,
        external_id,
        method: None,
        metadata: texts(row.connection_config.unwrap_or_default()),
        scopes: None,
        expires_at,
        credential: credential(row.credentials)?,
        configurations: Vec::new(),
        meta: row.metadata.unwrap_or_default(),
    })
}

fn credential(given: Credentials) -> Result<BTreeMap<String, Secret>, String> {
    let fields = match given.kind.as_deref() {
        Some("OAUTH2") => [
            (CredentialFields::ACCESS_TOKEN, given.access_token),
            (CredentialFields::REFRESH_TOKEN, given.refresh_token),
        ],
        Some("API_KEY") => [(API_KEY, given.api_key), ("", None)],
        Some("BASIC") => [(USERNAME, given.username), (PASSWORD, given.password)],
        other => {
            let kind: String = other.unwrap_or("none").chars().take(40).collect();
            return Err(format!(
                "Credentials of the type {kind} cannot be moved. Ask the user to connect anew."
            ));
        }
    };
    let there = fields.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some((name.to_owned(), value))
    });
    Ok(there.collect())
}

/// Numbers and texts, as texts.
fn texts(config: Map<String, Value>) -> BTreeMap<String, String> {
    let texts = config.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(number) => Some((name, number.to_string())),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_oauth_connection_is_read() {
        let record = read(json!({
            "id": 1,
            "connection_id": "0e5c1a",
            "provider_config_key": "salesforce",
            "provider": "salesforce",
            "end_user": { "id": "ada", "email": null },
            "connection_config": { "instance_url": "https://acme.my.salesforce.com", "port": 1, "x": null },
            "metadata": { "plan": "pro" },
            "credentials": {
                "type": "OAUTH2",
                "access_token": "at",
                "refresh_token": "rt",
                "expires_at": "2026-12-24T18:00:00.000Z",
                "raw": { "access_token": "at" }
            },
            "created_at": "2026-01-01T00:00:00Z"
        }))
        .unwrap();
        assert_eq!(
            (record.user_id.as_str(), record.external_id.as_deref()),
            ("ada", Some("0e5c1a"))
        );
        assert_eq!(record.metadata.len(), 2);
        assert_eq!(record.credential["refresh_token"].expose(), "rt");
        assert_eq!(record.meta["plan"], "pro");
        assert_eq!(
            record.expires_at.unwrap().to_string(),
            "2026-12-24T18:00:00Z"
        );
    }

    #[test]
    fn a_connection_without_a_user_is_its_user() {
        let record = read(json!({
            "connection_id": "ada",
            "provider_config_key": "stripe",
            "tags": {},
            "credentials": { "type": "API_KEY", "apiKey": "sk" }
        }))
        .unwrap();
        assert_eq!((record.user_id.as_str(), record.external_id), ("ada", None));
        assert_eq!(record.credential[API_KEY].expose(), "sk");
    }

    #[test]
    fn other_types_are_refused_by_name() {
        let row = json!({
            "connection_id": "a", "provider_config_key": "b",
            "credentials": { "type": "OAUTH1", "oauth_token": "top secret" }
        });
        let told = read(row).unwrap_err();
        assert!(
            told.contains("OAUTH1") && !told.contains("top secret"),
            "{told}"
        );
    }
}
