//! What the dashboard's page of webhooks and API keys shows.

use serde::{Deserialize, Serialize};

use super::event::{ApiScope, EventType};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksPage {
    pub endpoints: Vec<EndpointRow>,
    pub api_keys: Vec<ApiKeyRow>,
    /// Where events are read with an API key.
    pub feed_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRow {
    pub endpoint_id: String,
    pub url: String,
    /// None: every type.
    pub types: Option<Vec<EventType>>,
    pub state: EndpointState,
    /// Since when it fails or is disabled: `22 Nov 2026, 10:30 UTC`.
    pub since: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointState {
    Enabled,
    /// Nothing but failures since a time.
    Failing,
    Disabled,
    /// It answered that it wants no more.
    Gone,
    /// Nothing but failures for five days.
    GivenUp,
}

/// One endpoint with its latest deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointDetail {
    pub row: EndpointRow,
    /// Until when the secret before signs as well.
    pub former_until: Option<String>,
    pub deliveries: Vec<DeliveryRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    pub event_id: String,
    pub event_type: EventType,
    /// When it happened: `22 Nov 2026, 10:30 UTC`.
    pub at: String,
    pub state: DeliveryProgress,
    pub attempts: u32,
    /// When the next attempt is due.
    pub due: Option<String>,
    /// Of the last answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub trouble: Option<String>,
    /// Its beginning.
    pub answer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryProgress {
    Waiting,
    Delivered,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRow {
    pub key_id: String,
    pub name: String,
    pub scopes: Vec<ApiScope>,
    /// `22 Nov 2026`.
    pub created: String,
}

/// A secret just made. It is not shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    /// Of the webhook or the key.
    pub id: String,
    pub secret: String,
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSecret")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
