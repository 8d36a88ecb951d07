//! A connected user's state, as `getUser()` and `GET /sdk/me` give it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Whether a connection can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CredentialStatus {
    Pending,
    Valid,
    Invalid,
}

/// One connected account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    pub id: String,
    pub project_id: String,
    pub integration_id: String,
    /// The user the account belongs to: `sub` of the user token.
    pub persona_id: String,
    pub status: CredentialStatus,
    /// The account's id at the provider, where the provider tells.
    pub provider_id: Option<String>,
    /// What the provider tells of the account and is no secret.
    pub provider_data: serde_json::Value,
    /// RFC 3339.
    pub date_created: String,
    pub date_updated: String,
    pub date_refreshed: Option<String>,
    pub date_valid_until: Option<String>,
    pub refresh_failure_count: u32,
    /// The app's own name for the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The way to connect by which it was made.
    pub account_type: String,
    /// What the provider granted, where it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The first is the default.
    pub configurations: Vec<CredentialConfiguration>,
}

/// A set of settings of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialConfiguration {
    pub id: String,
    pub connect_credential_id: String,
    pub is_default: bool,
    /// RFC 3339.
    pub date_created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub shared_settings: Map<String, Value>,
    /// By workflow: `{enabled, settings}`.
    pub workflow_settings: Map<String, Value>,
    /// The app's own notes.
    pub config_meta: Map<String, Value>,
}

/// What a user has of one integration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationState {
    /// True when a connection exists and is valid.
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_status: Option<CredentialStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_data: Option<serde_json::Value>,
    /// Of the default configuration of the oldest account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_settings: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_settings: Option<Map<String, Value>>,
    /// Oldest first.
    pub all_credentials: Vec<Credential>,
}

/// The answer of `getUser()`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserState {
    pub authenticated: bool,
    pub user_id: String,
    /// What the app noted of the user.
    pub meta: Map<String, Value>,
    /// Every integration that the project has set up, by type.
    pub integrations: BTreeMap<String, IntegrationState>,
}
