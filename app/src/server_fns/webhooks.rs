//! Webhooks and API keys.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    event::{ApiScope, EventType},
    webhook::{EndpointDetail, NewSecret, WebhooksPage},
};

/// The webhooks and API keys of a project.
#[server(name = WebhooksCall, prefix = "/api", endpoint = "webhooks", input = Json)]
pub async fn webhooks(project_id: String) -> Result<WebhooksPage, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.webhooks(project_id).await)
}

/// One webhook with its latest deliveries.
#[server(name = WebhookCall, prefix = "/api", endpoint = "webhook", input = Json)]
pub async fn webhook(project_id: String, endpoint_id: String) -> Result<EndpointDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.webhook(project_id, endpoint_id).await)
}

/// Adds a webhook and shows its secret once. No types: every type.
#[server(name = AddWebhookCall, prefix = "/api", endpoint = "add_webhook", input = Json)]
pub async fn add_webhook(
    project_id: String,
    url: String,
    types: Option<Vec<EventType>>,
) -> Result<NewSecret, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.add_webhook(project_id, url, types).await)
}

/// Makes a new secret and shows it once.
#[server(name = RotateWebhookCall, prefix = "/api", endpoint = "rotate_webhook", input = Json)]
pub async fn rotate_webhook(
    project_id: String,
    endpoint_id: String,
) -> Result<NewSecret, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.rotate_webhook(project_id, endpoint_id).await)
}

/// Has events sent there, or not.
#[server(name = EnableWebhookCall, prefix = "/api", endpoint = "enable_webhook", input = Json)]
pub async fn enable_webhook(
    project_id: String,
    endpoint_id: String,
    enabled: bool,
) -> Result<EndpointDetail, ApiError> {
    let api = crate::api::api()?;
    let done = api.enable_webhook(project_id, endpoint_id, enabled);
    crate::api::answer(&api, done.await)
}

/// Removes a webhook.
#[server(name = RemoveWebhookCall, prefix = "/api", endpoint = "remove_webhook", input = Json)]
pub async fn remove_webhook(project_id: String, endpoint_id: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.remove_webhook(project_id, endpoint_id).await)
}

/// Sends an event again, or every one that did not arrive. Returns how many.
#[server(name = ReplayCall, prefix = "/api", endpoint = "replay", input = Json)]
pub async fn replay(
    project_id: String,
    endpoint_id: String,
    event_id: Option<String>,
) -> Result<u32, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.replay(project_id, endpoint_id, event_id).await)
}

/// Creates an API key and shows it once.
#[server(name = CreateApiKeyCall, prefix = "/api", endpoint = "create_api_key", input = Json)]
pub async fn create_api_key(
    project_id: String,
    name: String,
    scopes: Vec<ApiScope>,
) -> Result<NewSecret, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.create_api_key(project_id, name, scopes).await)
}

/// Revokes an API key.
#[server(name = RevokeApiKeyCall, prefix = "/api", endpoint = "revoke_api_key", input = Json)]
pub async fn revoke_api_key(project_id: String, key_id: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.revoke_api_key(project_id, key_id).await)
}
