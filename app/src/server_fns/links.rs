//! Links to hosted pages.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    dashboard::{LinksPage, NewLink, WantedLink},
};

/// The latest links, and what a new one can be for.
#[server(name = LinksCall, prefix = "/api", endpoint = "links", input = Json)]
pub async fn links(project_id: String) -> Result<LinksPage, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.links(project_id).await)
}

/// Makes a link and shows its address once.
#[server(name = CreateLinkCall, prefix = "/api", endpoint = "create_link", input = Json)]
pub async fn create_link(project_id: String, wanted: WantedLink) -> Result<NewLink, ApiError> {
    let api = crate::api::api()?;
    crate::api::answer(&api, api.create_link(project_id, wanted).await)
}
