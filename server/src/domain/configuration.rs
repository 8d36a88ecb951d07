//! Settings that a user made for one connected account. An account has one set, or several that the
//! app tells apart by external ids of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Timestamp;

/// Names to values, as the app's settings name them.
pub type Settings = Map<String, Value>;

/// The most sets that one account takes.
pub const MAX_CONFIGURATIONS: usize = 50;

/// The most that all settings of one account take, as JSON, in bytes.
pub const MAX_SETTINGS: usize = 256 * 1024;

/// What stands in place of a secret wherever settings are told. Sent back, it leaves the secret as it is.
pub const MASK: &str = "••••••••";

/// How deep a value may be nested. Far less than what the parser takes, so that what was stored inside
/// something else can be read again.
pub const MAX_DEPTH: usize = 32;

/// Whether no value is nested deeper than [`MAX_DEPTH`].
pub fn is_shallow(settings: &Settings) -> bool {
    settings.values().all(|value| fits(value, MAX_DEPTH))
}

fn fits(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(values) => levels > 0 && values.iter().all(|value| fits(value, levels - 1)),
        Value::Object(values) => levels > 0 && values.values().all(|value| fits(value, levels - 1)),
        _ => true,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    pub id: Uuid,
    /// The first of an account; used where none is named.
    pub is_default: bool,
    pub external_id: Option<String>,
    /// Of the integration as a whole. Secrets are not in it.
    pub shared_settings: Settings,
    /// Setting to its secret, sealed, in base64.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// By workflow: whether it runs, and its settings.
    pub workflow_settings: Settings,
    /// The app's own notes.
    pub meta: Settings,
    pub created_at: Timestamp,
}

impl Configuration {
    pub fn first(id: Uuid, now: Timestamp) -> Self {
        Self {
            id,
            is_default: true,
            external_id: None,
            shared_settings: Settings::new(),
            secrets: BTreeMap::new(),
            workflow_settings: Settings::new(),
            meta: Settings::new(),
            created_at: now,
        }
    }

    /// The settings as they are told: a mask for each secret.
    pub fn told_settings(&self) -> Settings {
        let mut told = self.shared_settings.clone();
        for name in self.secrets.keys() {
            told.insert(name.clone(), MASK.into());
        }
        told
    }

    /// By id, external id, or `ext:` and an external id; nothing means the first.
    pub fn is_named(&self, text: &str) -> bool {
        let external = text.strip_prefix("ext:").unwrap_or(text);
        if text.is_empty() {
            self.is_default
        } else {
            text.parse() == Ok(self.id) || self.external_id.as_deref() == Some(external)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded() {
        let nested = |levels: usize| {
            let text = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
            serde_json::from_str::<Settings>(&text).unwrap()
        };
        assert!(is_shallow(&nested(MAX_DEPTH)));
        assert!(!is_shallow(&nested(MAX_DEPTH + 2)));
    }

    #[test]
    fn a_configuration_answers_to_its_id_and_its_names() {
        let id = Uuid::from_u128(1);
        let mut known = Configuration::first(id, Timestamp::UNIX_EPOCH);
        assert!(known.is_named("") && known.is_named(&id.to_string()));
        known.is_default = false;
        known.external_id = Some("team".to_owned());
        assert!(known.is_named("team") && known.is_named("ext:team"));
        assert!(!known.is_named("") && !known.is_named("teams"));
    }
}
