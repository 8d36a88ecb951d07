//! Webhooks, and the keys of back ends.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    event::{ApiScope, EventType},
    webhook::{EndpointDetail, NewSecret, WebhooksPage},
};

#[async_trait]
pub trait WebhooksApi: Send + Sync {
    async fn webhooks(&self, project_id: String) -> Result<WebhooksPage, ApiError>;
    async fn webhook(
        &self,
        project_id: String,
        endpoint_id: String,
    ) -> Result<EndpointDetail, ApiError>;
    /// `types`: none for every type.
    async fn add_webhook(
        &self,
        project_id: String,
        url: String,
        types: Option<Vec<EventType>>,
    ) -> Result<NewSecret, ApiError>;
    async fn rotate_webhook(
        &self,
        project_id: String,
        endpoint_id: String,
    ) -> Result<NewSecret, ApiError>;
    async fn enable_webhook(
        &self,
        project_id: String,
        endpoint_id: String,
        enabled: bool,
    ) -> Result<EndpointDetail, ApiError>;
    async fn remove_webhook(&self, project_id: String, endpoint_id: String)
    -> Result<(), ApiError>;
    /// `event_id`: none for every one that did not arrive. Returns how many are sent again.
    async fn replay(
        &self,
        project_id: String,
        endpoint_id: String,
        event_id: Option<String>,
    ) -> Result<u32, ApiError>;
    async fn create_api_key(
        &self,
        project_id: String,
        name: String,
        scopes: Vec<ApiScope>,
    ) -> Result<NewSecret, ApiError>;
    async fn revoke_api_key(&self, project_id: String, key_id: String) -> Result<(), ApiError>;
}
