//! What the pages ask of the server. Implemented by `server`, one value a request, handed over by
//! Leptos context as [`SharedApi`].

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;

use crate::contract::{
    ApiError, ErrorCode,
    appearance::{Appearance, AppearancePage, LogoChange},
    connect::{ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession},
    dashboard::{
        BrowserSettings, CatalogRow, IdentityProvider, IntegrationDetail, IntegrationRow,
        LinksPage, NewKey, NewLink, Origins, Overview, ProjectRow, SdkSetup, UsersPage, Viewer,
        WantedLink,
    },
    event::{ApiScope, EventType},
    portal::{Field, PortalPage},
    setting::{ListPart, Setting, SettingChoices, SettingField},
    user::UserState,
    webhook::{EndpointDetail, NewSecret, WebhooksPage},
};

/// The request at hand. Every method makes a principal of it first.
#[async_trait]
pub trait Api: Send + Sync {
    /// Gives the answer under way this HTTP status.
    fn set_status(&self, status: u16);

    // The portal: the principal is the end user of the token.
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
    /// connect, `parent_origin` is the page that embeds it. Errors: `not_found`, `integration_inactive`, `origin_not_allowed`.
    async fn portal_page(
        &self,
        project_id: String,
        integration_type: String,
        account_types: Vec<String>,
        parent_origin: Option<String>,
    ) -> Result<PortalPage, ApiError>;

    // The dashboard: the principal is the operator of the session cookie.
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

/// The context type under which the server provides the request's [`Api`].
pub type SharedApi = Arc<dyn Api>;

/// The request's [`Api`], for a server function.
pub fn api() -> Result<SharedApi, ApiError> {
    use_context::<SharedApi>().ok_or_else(|| {
        ApiError::new(
            ErrorCode::Internal,
            "Something went wrong on our side. Try again in a moment.",
        )
    })
}

/// Sets the HTTP status that goes with a failed call, and passes the result on.
pub fn answer<T>(api: &SharedApi, result: Result<T, ApiError>) -> Result<T, ApiError> {
    result.inspect_err(|error| api.set_status(error.code.status()))
}
