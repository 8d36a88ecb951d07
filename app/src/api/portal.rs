//! What the portal asks for.

use async_trait::async_trait;

use crate::contract::{
    ApiError,
    connect::{ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession},
    portal::{Field, PortalPage},
    setting::{ListPart, SettingChoices, SettingField},
    user::UserState,
};

#[async_trait]
pub trait PortalApi: Send + Sync {
    async fn authenticate(&self, session: PortalSession) -> Result<UserState, ApiError>;
    async fn get_user(&self, session: PortalSession) -> Result<UserState, ApiError>;
    /// `return_url`: the page that the person leaves for the provider, and is sent back to.
    async fn connect(
        &self,
        session: PortalSession,
        integration_type: String,
        method: String,
        values: FieldValues,
        return_url: Option<String>,
    ) -> Result<ConnectOutcome, ApiError>;
    /// What the owner of an account is asked once it is authorised.
    async fn setup_questions(
        &self,
        session: PortalSession,
        account: String,
    ) -> Result<Vec<Field>, ApiError>;
    async fn complete_setup(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Result<ConnectOutcome, ApiError>;
    /// What the owner of an account may set, with what is stored of it.
    async fn account_settings(
        &self,
        session: PortalSession,
        account: String,
    ) -> Result<Vec<SettingField>, ApiError>;
    async fn setting_choices(
        &self,
        session: PortalSession,
        account: String,
        part: ListPart,
    ) -> Result<SettingChoices, ApiError>;
    /// Lists for a form that cannot ask for them itself: as much of each as comes in time, or none
    /// where whoever has it did not answer. There is more where `next` says so.
    async fn setting_lists(
        &self,
        session: PortalSession,
        account: String,
        parts: Vec<ListPart>,
    ) -> Result<Vec<Option<SettingChoices>>, ApiError>;
    /// All of a form, or nothing.
    async fn save_settings(
        &self,
        session: PortalSession,
        account: String,
        values: FieldValues,
    ) -> Result<ConnectOutcome, ApiError>;
    async fn flow_status(
        &self,
        session: PortalSession,
        flow_id: String,
    ) -> Result<FlowStatus, ApiError>;
    async fn cancel_flow(&self, session: PortalSession, flow_id: String) -> Result<(), ApiError>;
    async fn disconnect(
        &self,
        session: PortalSession,
        integration_type: String,
    ) -> Result<Disconnected, ApiError>;
    /// What the portal shows of an integration; anybody may ask. `account_types` limit the ways to
    /// connect, `parent_origin` is the page that embeds it. Errors: `not_found`,
    /// `integration_inactive`, `origin_not_allowed`.
    async fn portal_page(
        &self,
        project_id: String,
        integration_type: String,
        account_types: Vec<String>,
        parent_origin: Option<String>,
    ) -> Result<PortalPage, ApiError>;
}
