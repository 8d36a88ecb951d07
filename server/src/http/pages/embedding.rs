//! [`app::api::EmbeddingApi`] for one request.

use app::{
    api::EmbeddingApi,
    contract::{
        appearance::{Appearance, AppearancePage, LogoChange},
        dashboard::{IdentityProvider, NewKey, Origins, SdkSetup},
    },
};
use async_trait::async_trait;

use super::{Answer, RequestApi, Told, rows};
use crate::{
    http::sdk::caller,
    use_cases::{Error, appearance, issuers, keys, origins, snapshot},
};

#[async_trait]
impl EmbeddingApi for RequestApi {
    async fn sdk_setup(&self, project_id: String) -> Answer<SdkSetup> {
        let staff = self.staff().await?;
        let services = &self.state.services;
        let project = caller::project(&project_id).told()?;
        let keys = keys::list(services, staff.reader(), project).await.told()?;
        let issuers = issuers::list(services, staff.reader(), project)
            .await
            .told()?;
        let snapshot = snapshot::fresh(services, project).await.told()?;
        Ok(rows::sdk_setup(services, &snapshot, keys, issuers))
    }

    async fn create_key(&self, project_id: String) -> Answer<NewKey> {
        let right = self.staff().await?.administrator().told()?;
        let key = keys::create(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
        )
        .await
        .told()?;
        Ok(NewKey {
            key_id: key.id.to_string(),
            private_key_pem: key.private_key_pem.expose().to_owned(),
        })
    }

    async fn revoke_key(&self, project_id: String, key_id: String) -> Answer<()> {
        let right = self.staff().await?.administrator().told()?;
        let key = key_id
            .parse()
            .map_err(|_| Error::NotFound("signing key"))
            .told()?;
        keys::revoke(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            key,
        )
        .await
        .told()
    }

    async fn add_issuer(
        &self,
        project_id: String,
        new: IdentityProvider,
    ) -> Answer<Vec<IdentityProvider>> {
        let staff = self.staff().await?;
        let right = staff.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        issuers::add(services, right, project, new).await.told()?;
        issuers::list(services, staff.reader(), project)
            .await
            .told()
    }

    async fn remove_issuer(
        &self,
        project_id: String,
        issuer: String,
    ) -> Answer<Vec<IdentityProvider>> {
        let staff = self.staff().await?;
        let right = staff.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        issuers::remove(services, right, project, &issuer)
            .await
            .told()?;
        issuers::list(services, staff.reader(), project)
            .await
            .told()
    }

    async fn origins(&self, project_id: String) -> Answer<Origins> {
        let right = self.staff().await?.reader();
        let (project, origins) = origins::list(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
        )
        .await
        .told()?;
        Ok(Origins {
            origins,
            loopback_allowed: project.allows_loopback_origins(),
        })
    }

    async fn add_origin(&self, project_id: String, origin: String) -> Answer<Origins> {
        let right = self.staff().await?.editor().told()?;
        origins::add(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &origin,
        )
        .await
        .told()?;
        self.origins(project_id).await
    }

    async fn remove_origin(&self, project_id: String, origin: String) -> Answer<Origins> {
        let right = self.staff().await?.editor().told()?;
        origins::remove(
            &self.state.services,
            right,
            caller::project(&project_id).told()?,
            &origin,
        )
        .await
        .told()?;
        self.origins(project_id).await
    }

    async fn appearance(&self, project_id: String) -> Answer<AppearancePage> {
        let right = self.staff().await?.reader();
        let project = caller::project(&project_id).told()?;
        let (app_name, appearance) = appearance::of_project(&self.state.services, right, project)
            .await
            .told()?;
        Ok(AppearancePage {
            app_name,
            appearance,
        })
    }

    async fn save_appearance(
        &self,
        project_id: String,
        appearance: Appearance,
        logo: LogoChange,
    ) -> Answer<Appearance> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        appearance::save(&self.state.services, right, project, appearance, logo)
            .await
            .told()
    }
}
