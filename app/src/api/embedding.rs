//! How an application embeds the portal: keys, identity providers, origins and looks.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    appearance::{Appearance, AppearancePage, LogoChange},
    dashboard::{IdentityProvider, NewKey, Origins, SdkSetup},
};

#[async_trait]
pub trait EmbeddingApi: Send + Sync {
    async fn sdk_setup(&self, project_id: String) -> Result<SdkSetup, ApiError>;
    async fn create_key(&self, project_id: String) -> Result<NewKey, ApiError>;
    async fn revoke_key(&self, project_id: String, key_id: String) -> Result<(), ApiError>;
    async fn add_issuer(
        &self,
        project_id: String,
        new: IdentityProvider,
    ) -> Result<Vec<IdentityProvider>, ApiError>;
    async fn remove_issuer(
        &self,
        project_id: String,
        issuer: String,
    ) -> Result<Vec<IdentityProvider>, ApiError>;
    async fn origins(&self, project_id: String) -> Result<Origins, ApiError>;
    async fn add_origin(&self, project_id: String, origin: String) -> Result<Origins, ApiError>;
    async fn remove_origin(&self, project_id: String, origin: String) -> Result<Origins, ApiError>;
    async fn appearance(&self, project_id: String) -> Result<AppearancePage, ApiError>;
    /// The address of the logo in `appearance` counts for nothing: `logo` says what becomes of it.
    async fn save_appearance(
        &self,
        project_id: String,
        appearance: Appearance,
        logo: LogoChange,
    ) -> Result<Appearance, ApiError>;
}
