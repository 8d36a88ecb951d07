//! [`app::api::IntegrationsApi`] for one request.

use app::{
    api::IntegrationsApi,
    contract::{
        dashboard::{BrowserSettings, CatalogRow, IntegrationDetail, IntegrationRow},
        setting::Setting,
    },
};
use async_trait::async_trait;

use super::{Answer, RequestApi, Told, rows};
use crate::{
    domain::secret::Secret,
    http::sdk::caller,
    use_cases::{Error, integrations},
};

#[async_trait]
impl IntegrationsApi for RequestApi {
    async fn catalog(&self, project_id: String) -> Answer<Vec<CatalogRow>> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, definitions) = integrations::catalog(&self.state.services, right, project)
            .await
            .told()?;
        Ok(definitions
            .iter()
            .map(|found| rows::catalog_row(&self.state.services, &snapshot, found))
            .collect())
    }

    async fn integrations(&self, project_id: String) -> Answer<Vec<IntegrationRow>> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, counts) = integrations::list(&self.state.services, right, project)
            .await
            .told()?;
        let row = |set_up| rows::integration_row(&self.state.services, set_up, &counts);
        Ok(snapshot.integrations.iter().map(row).collect())
    }

    async fn integration(
        &self,
        project_id: String,
        integration_type: String,
    ) -> Answer<IntegrationDetail> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (snapshot, counts) = integrations::list(&self.state.services, right, project)
            .await
            .told()?;
        let set_up = snapshot
            .find(&integration_type)
            .ok_or(Error::NotFound("integration"))
            .told()?;
        Ok(rows::integration_detail(
            &self.state.services,
            set_up,
            &counts,
        ))
    }

    async fn add_integration(&self, project_id: String, slug: String) -> Answer<()> {
        let right = self.staff().await?.editor().told()?;
        integrations::add(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &slug,
        )
        .await
        .told()
    }

    async fn save_oauth(
        &self,
        project_id: String,
        integration_type: String,
        client_id: String,
        client_secret: Option<String>,
        scopes: Vec<String>,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            client_id: Some(client_id),
            client_secret: client_secret.map(Secret::new),
            scopes: Some(scopes),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn set_active(
        &self,
        project_id: String,
        integration_type: String,
        active: bool,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            active: Some(active),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn save_browser(
        &self,
        project_id: String,
        integration_type: String,
        settings: BrowserSettings,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            browser_token: Some(settings.access_token),
            redirect_urls: Some(settings.redirect_urls),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }

    async fn save_asked(
        &self,
        project_id: String,
        integration_type: String,
        settings: Vec<Setting>,
    ) -> Answer<IntegrationDetail> {
        let change = integrations::Change {
            settings: Some(settings),
            ..Default::default()
        };
        self.change(project_id, integration_type, change).await
    }
}

impl RequestApi {
    async fn change(
        &self,
        project_id: String,
        integration_type: String,
        change: integrations::Change,
    ) -> Answer<IntegrationDetail> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        integrations::set(
            &self.state.services,
            right,
            project,
            &integration_type,
            change,
        )
        .await
        .told()?;
        self.integration(project_id, integration_type).await
    }
}
