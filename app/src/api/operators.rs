//! Who works with the dashboard, and on which projects.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    dashboard::{Overview, ProjectRow, Viewer},
};

#[async_trait]
pub trait OperatorsApi: Send + Sync {
    async fn viewer(&self) -> Result<Viewer, ApiError>;
    async fn sign_in(&self, email: String, password: String) -> Result<(), ApiError>;
    async fn sign_out(&self) -> Result<(), ApiError>;
    /// Whether the one-time link for the first operator still works.
    async fn setup_open(&self, link: String) -> Result<bool, ApiError>;
    /// Creates the first operator and the first project, and signs in.
    async fn set_up(
        &self,
        link: String,
        email: String,
        password: String,
        project_name: String,
    ) -> Result<ProjectRow, ApiError>;
    async fn create_project(&self, name: String) -> Result<ProjectRow, ApiError>;
    async fn overview(&self, project_id: String) -> Result<Overview, ApiError>;
}
