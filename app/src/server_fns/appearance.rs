//! How the portal looks.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    appearance::{Appearance, AppearancePage, LogoChange},
};

/// What the project has chosen.
#[server(name = AppearanceCall, prefix = "/api", endpoint = "appearance", input = Json)]
pub async fn appearance(project_id: String) -> Result<AppearancePage, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.appearance(project_id).await)
}

/// Stores it; gives it back with the address of the logo.
#[server(name = SaveAppearanceCall, prefix = "/api", endpoint = "save_appearance", input = Json)]
pub async fn save_appearance(
    project_id: String,
    appearance: Appearance,
    logo: LogoChange,
) -> Result<Appearance, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.save_appearance(project_id, appearance, logo).await,
    )
}
