//! The portal's first render.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{ApiError, portal::PortalPage};

/// What the portal shows of an integration.
#[server(name = PortalPageCall, prefix = "/api", endpoint = "portal_page", input = Json)]
pub async fn portal_page(
    project_id: String,
    integration_type: String,
    parent_origin: Option<String>,
) -> Result<PortalPage, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(
        &api,
        api.portal_page(project_id, integration_type, parent_origin)
            .await,
    )
}
