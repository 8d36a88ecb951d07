//! The portal for a page whose own machine is not there: one press at a time.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::contract::{
    ApiError,
    connect::PortalSession,
    plain::{PlainAnswer, PlainPage, PlainPress},
};

/// Does what was pressed, and gives the screen that the portal then shows.
#[server(name = PlainCall, prefix = "/api", endpoint = "plain", input = Json)]
pub async fn plain(
    session: PortalSession,
    page: PlainPage,
    pressed: PlainPress,
) -> Result<PlainAnswer, ApiError> {
    let api = crate::api::api()?;
    let answer = crate::pages::portal::plain::answer(&api, session, page, pressed).await;
    crate::api::answer(&api, answer)
}
