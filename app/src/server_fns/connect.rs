//! `connect` and what follows it.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    connect::{ConnectOutcome, Disconnected, FieldValues, FlowStatus, PortalSession},
    portal::Field,
    setting::{ListPart, SettingChoices, SettingField},
};

/// Begins an OAuth flow, or checks and stores the values of a form. `method`: the id of a way to
/// connect. `return_url`: the page of the host that is left for the provider, if it is.
#[server(name = ConnectCall, prefix = "/api", endpoint = "connect", input = Json)]
pub async fn connect(
    session: PortalSession,
    integration_type: String,
    method: String,
    values: FieldValues,
    return_url: Option<String>,
) -> Result<ConnectOutcome, ApiError> {
    let api = crate::api::api()?;
    let outcome = api.connect(session, integration_type, method, values, return_url);
    crate::api::answer(&api, outcome.await)
}

/// What the owner of an account is asked once it is authorised.
#[server(name = SetupQuestionsCall, prefix = "/api", endpoint = "setup_questions", input = Json)]
pub async fn setup_questions(
    session: PortalSession,
    account: String,
) -> Result<Vec<Field>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.setup_questions(session, account).await)
}

/// Takes the answers; the account can be used from here on.
#[server(name = CompleteSetupCall, prefix = "/api", endpoint = "complete_setup", input = Json)]
pub async fn complete_setup(
    session: PortalSession,
    account: String,
    values: FieldValues,
) -> Result<ConnectOutcome, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.complete_setup(session, account, values).await)
}

/// What the owner of an account may set.
#[server(name = AccountSettingsCall, prefix = "/api", endpoint = "account_settings", input = Json)]
pub async fn account_settings(
    session: PortalSession,
    account: String,
) -> Result<Vec<SettingField>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.account_settings(session, account).await)
}

/// A page of a list that the provider has for the account.
#[server(name = SettingChoicesCall, prefix = "/api", endpoint = "setting_choices", input = Json)]
pub async fn setting_choices(
    session: PortalSession,
    account: String,
    part: ListPart,
) -> Result<SettingChoices, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.setting_choices(session, account, part).await)
}

/// Stores what the form holds.
#[server(name = SaveSettingsCall, prefix = "/api", endpoint = "save_settings", input = Json)]
pub async fn save_settings(
    session: PortalSession,
    account: String,
    values: FieldValues,
) -> Result<ConnectOutcome, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.save_settings(session, account, values).await)
}

/// Where a flow stands.
#[server(name = FlowStatusCall, prefix = "/api", endpoint = "flow_status", input = Json)]
pub async fn flow_status(session: PortalSession, flow_id: String) -> Result<FlowStatus, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.flow_status(session, flow_id).await)
}

/// Ends a flow that is not finished.
#[server(name = CancelFlowCall, prefix = "/api", endpoint = "cancel_flow", input = Json)]
pub async fn cancel_flow(session: PortalSession, flow_id: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.cancel_flow(session, flow_id).await)
}

/// Revokes at the provider where it can, and deletes the connection.
#[server(name = DisconnectCall, prefix = "/api", endpoint = "disconnect", input = Json)]
pub async fn disconnect(
    session: PortalSession,
    integration_type: String,
) -> Result<Disconnected, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.disconnect(session, integration_type).await)
}
