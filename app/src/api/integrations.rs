//! The catalog, and what a project has activated of it.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    dashboard::{BrowserSettings, CatalogRow, IntegrationDetail, IntegrationRow},
    setting::Setting,
};

#[async_trait]
pub trait IntegrationsApi: Send + Sync {
    async fn catalog(&self, project_id: String) -> Result<Vec<CatalogRow>, ApiError>;
    async fn integrations(&self, project_id: String) -> Result<Vec<IntegrationRow>, ApiError>;
    async fn integration(
        &self,
        project_id: String,
        integration_type: String,
    ) -> Result<IntegrationDetail, ApiError>;
    async fn add_integration(&self, project_id: String, slug: String) -> Result<(), ApiError>;
    /// A `client_secret` of none keeps the one that is stored.
    async fn save_oauth(
        &self,
        project_id: String,
        integration_type: String,
        client_id: String,
        client_secret: Option<String>,
        scopes: Vec<String>,
    ) -> Result<IntegrationDetail, ApiError>;
    async fn set_active(
        &self,
        project_id: String,
        integration_type: String,
        active: bool,
    ) -> Result<IntegrationDetail, ApiError>;
    async fn save_browser(
        &self,
        project_id: String,
        integration_type: String,
        settings: BrowserSettings,
    ) -> Result<IntegrationDetail, ApiError>;
    /// What users are asked for.
    async fn save_asked(
        &self,
        project_id: String,
        integration_type: String,
        settings: Vec<Setting>,
    ) -> Result<IntegrationDetail, ApiError>;
}
