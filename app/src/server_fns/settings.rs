//! Signing keys and allowed origins.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    dashboard::{IdentityProvider, NewKey, Origins, SdkSetup},
};

/// What the SDK page shows.
#[server(name = SdkSetupCall, prefix = "/api", endpoint = "sdk_setup", input = Json)]
pub async fn sdk_setup(project_id: String) -> Result<SdkSetup, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.sdk_setup(project_id).await)
}

/// Creates a signing key and shows its private half once.
#[server(name = CreateKeyCall, prefix = "/api", endpoint = "create_key", input = Json)]
pub async fn create_key(project_id: String) -> Result<NewKey, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.create_key(project_id).await)
}

/// Revokes a signing key.
#[server(name = RevokeKeyCall, prefix = "/api", endpoint = "revoke_key", input = Json)]
pub async fn revoke_key(project_id: String, key_id: String) -> Result<(), ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.revoke_key(project_id, key_id).await)
}

/// Takes the tokens of an identity provider.
#[server(name = AddIssuerCall, prefix = "/api", endpoint = "add_issuer", input = Json)]
pub async fn add_issuer(
    project_id: String,
    new: IdentityProvider,
) -> Result<Vec<IdentityProvider>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.add_issuer(project_id, new).await)
}

/// Stops taking them.
#[server(name = RemoveIssuerCall, prefix = "/api", endpoint = "remove_issuer", input = Json)]
pub async fn remove_issuer(
    project_id: String,
    issuer: String,
) -> Result<Vec<IdentityProvider>, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.remove_issuer(project_id, issuer).await)
}

/// The pages that may embed the portal.
#[server(name = OriginsCall, prefix = "/api", endpoint = "origins", input = Json)]
pub async fn origins(project_id: String) -> Result<Origins, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.origins(project_id).await)
}

/// Allows an origin.
#[server(name = AddOriginCall, prefix = "/api", endpoint = "add_origin", input = Json)]
pub async fn add_origin(project_id: String, origin: String) -> Result<Origins, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.add_origin(project_id, origin).await)
}

/// Takes an origin off the list.
#[server(name = RemoveOriginCall, prefix = "/api", endpoint = "remove_origin", input = Json)]
pub async fn remove_origin(project_id: String, origin: String) -> Result<Origins, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.remove_origin(project_id, origin).await)
}
