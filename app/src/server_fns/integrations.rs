//! The dashboard's integrations.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    dashboard::{BrowserSettings, CatalogRow, IntegrationDetail, IntegrationRow, Overview},
    setting::Setting,
};

/// The home page of an environment.
#[server(name = OverviewCall, prefix = "/api", endpoint = "overview", input = Json)]
pub async fn overview(project_id: String) -> Result<Overview, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.overview(project_id).await)
}

/// Every provider that can be added.
#[server(name = CatalogCall, prefix = "/api", endpoint = "catalog", input = Json)]
pub async fn catalog(project_id: String) -> Result<Vec<CatalogRow>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.catalog(project_id).await)
}

/// The integrations of an environment.
#[server(name = IntegrationsCall, prefix = "/api", endpoint = "integrations", input = Json)]
pub async fn integrations(project_id: String) -> Result<Vec<IntegrationRow>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.integrations(project_id).await)
}

/// One integration with its settings.
#[server(name = IntegrationCall, prefix = "/api", endpoint = "integration", input = Json)]
pub async fn integration(
    project_id: String,
    integration_type: String,
) -> Result<IntegrationDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.integration(project_id, integration_type).await)
}

/// Adds a provider to an environment, inactive.
#[server(name = AddIntegrationCall, prefix = "/api", endpoint = "add_integration", input = Json)]
pub async fn add_integration(project_id: String, slug: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.add_integration(project_id, slug).await)
}

/// Stores client id, client secret and scopes.
#[server(name = SaveOauthCall, prefix = "/api", endpoint = "save_oauth", input = Json)]
pub async fn save_oauth(
    project_id: String,
    integration_type: String,
    client_id: String,
    client_secret: Option<String>,
    scopes: Vec<String>,
) -> Result<IntegrationDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.save_oauth(
            project_id,
            integration_type,
            client_id,
            client_secret,
            scopes,
        )
        .await,
    )
}

/// Activates or deactivates.
#[server(name = SetActiveCall, prefix = "/api", endpoint = "set_active", input = Json)]
pub async fn set_active(
    project_id: String,
    integration_type: String,
    active: bool,
) -> Result<IntegrationDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.set_active(project_id, integration_type, active).await,
    )
}

/// Stores what browsers may have.
#[server(name = SaveBrowserCall, prefix = "/api", endpoint = "save_browser", input = Json)]
pub async fn save_browser(
    project_id: String,
    integration_type: String,
    settings: BrowserSettings,
) -> Result<IntegrationDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.save_browser(project_id, integration_type, settings)
            .await,
    )
}

/// Stores what users are asked for.
#[server(name = SaveAskedCall, prefix = "/api", endpoint = "save_asked", input = Json)]
pub async fn save_asked(
    project_id: String,
    integration_type: String,
    settings: Vec<Setting>,
) -> Result<IntegrationDetail, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.save_asked(project_id, integration_type, settings).await,
    )
}
