//! Connections that move in and out, with their credentials.

pub mod export;
pub mod import;
mod nango;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Error, Result};
use crate::domain::{
    Timestamp,
    configuration::{Configuration, Settings},
    secret::Secret,
    token_set::CredentialFields,
};

/// One connection outside of Patchbay.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// `sub` of the user's tokens.
    pub user_id: String,
    /// The integration's type.
    pub integration: String,
    #[serde(default)]
    pub external_id: Option<String>,
    /// The way to connect, by its id in the definition; none: the first that fits the credential.
    #[serde(default)]
    pub method: Option<String>,
    /// What URLs of the definition need: `subdomain`, `instance_url` …
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// When the access token ends.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// `access_token` and `refresh_token`, or what a form asks for.
    pub credential: BTreeMap<String, Secret>,
    /// What the user chose, its secrets in the clear; none: nothing yet.
    #[serde(default)]
    pub configurations: Vec<Configuration>,
    /// The app's own notes, where there are no configurations.
    #[serde(default)]
    pub meta: Settings,
}

/// A record on its way out. Never printed: it is encrypted as it is made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outgoing<'a> {
    user_id: &'a str,
    integration: &'a str,
    external_id: Option<&'a str>,
    method: &'a str,
    metadata: &'a BTreeMap<String, String>,
    scopes: Option<&'a [String]>,
    expires_at: Option<Timestamp>,
    credential: BTreeMap<&'a str, &'a str>,
    configurations: Vec<Configuration>,
}

impl Outgoing<'_> {
    fn to_json(&self) -> Secret {
        Secret::new(serde_json::to_string(self).expect("a record is JSON"))
    }
}

fn exposed(fields: &CredentialFields) -> BTreeMap<&str, &str> {
    let fields = fields.0.iter();
    fields
        .map(|(name, value)| (name.as_str(), value.expose()))
        .collect()
}

/// Whose shape a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Patchbay,
    /// What `GET /connections/{connectionId}` of Nango answers.
    Nango,
}

/// The most connections that one file holds. A larger one is split.
const MAX_ROWS: usize = 100_000;

/// The rows of a text: JSON values one after the other, an array of them, or an object with the array
/// `connections`.
pub fn rows(text: &Secret) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for (index, value) in serde_json::Deserializer::from_str(text.expose())
        .into_iter::<Value>()
        .enumerate()
    {
        // The parser's own message may quote the text.
        let odd = |error: serde_json::Error| {
            let (value, line, column) = (index + 1, error.line(), error.column());
            let message =
                format!("Value {value} of the file is not JSON (line {line}, column {column}).");
            Error::invalid("file", message)
        };
        match value.map_err(odd)? {
            Value::Array(all) => rows.extend(all),
            Value::Object(mut object) => match object.get_mut("connections").map(Value::take) {
                Some(Value::Array(all)) => rows.extend(all),
                _ => rows.push(Value::Object(object)),
            },
            other => rows.push(other),
        }
        if rows.len() > MAX_ROWS {
            let message = format!("The file holds more than {MAX_ROWS} connections. Split it.");
            return Err(Error::invalid("file", message));
        }
    }
    Ok(rows)
}

/// Reads one row. The error says what is missing, and repeats no value.
fn read(format: Format, row: Value) -> std::result::Result<Record, String> {
    match format {
        Format::Patchbay => serde_json::from_value(row).map_err(|error| shape(&error)),
        Format::Nango => nango::read(row),
    }
}

/// Names of fields are told, values are not.
fn shape(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let is_about_fields = ["missing field", "unknown field", "duplicate field"]
        .iter()
        .any(|start| told.starts_with(start));
    if is_about_fields {
        format!("The row has another shape: {told}.")
    } else {
        "The row has another shape: a field is of the wrong type.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_three_shapes() {
        for text in [
            r#"{"a":1} {"a":2}"#,
            "[{\"a\":1},{\"a\":2}]",
            "{\"connections\":[{\"a\":1},{\"a\":2}]}",
            "{\"a\":1}\n{\"a\":2}\n",
        ] {
            assert_eq!(rows(&Secret::new(text)).unwrap().len(), 2, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_without_the_values() {
        let error = rows(&Secret::new("[{\"token\": top secret}]")).unwrap_err();
        assert!(error.to_string().contains("line 1") && !error.to_string().contains("top"));
        for row in [
            serde_json::json!({ "userId": "top secret" }),
            serde_json::json!({ "userId": ["top secret"], "integration": "x", "credential": {} }),
            serde_json::json!({ "userId": "u", "integration": "x", "credential": "top secret" }),
        ] {
            let told = read(Format::Patchbay, row).unwrap_err();
            assert!(!told.contains("top secret"), "{told}");
        }
    }
}
