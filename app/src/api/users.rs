//! Connected users, and links for them.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    connect::Disconnected,
    dashboard::{LinksPage, NewLink, UsersPage, WantedLink},
};

#[async_trait]
pub trait UsersApi: Send + Sync {
    async fn users(
        &self,
        project_id: String,
        search: String,
        page: u32,
    ) -> Result<UsersPage, ApiError>;
    async fn links(&self, project_id: String) -> Result<LinksPage, ApiError>;
    async fn create_link(
        &self,
        project_id: String,
        wanted: WantedLink,
    ) -> Result<NewLink, ApiError>;
    async fn disconnect_user(
        &self,
        project_id: String,
        connection_id: String,
    ) -> Result<Disconnected, ApiError>;
}
