//! `POST /projects/{id}/sdk/links`: a link to a page on which the user connects one integration.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;

use super::View;
use crate::{
    http::{AppState, error::RestError, sdk::caller},
    use_cases::links::{self, Wanted},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// The integration's type.
    integration: String,
    /// What the page calls the user, beside the id.
    name: Option<String>,
    /// Seconds; an hour where nobody says, seven days at most.
    ttl: Option<u64>,
    /// Where the page leads at its end: of an origin that the project allows.
    return_url: Option<String>,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Body>, JsonRejection>,
) -> Result<(StatusCode, Json<View>), RestError> {
    let (user, snapshot) = caller::known(&state, &project_id, &headers).await?;
    let Json(body) = body.map_err(RestError::of_rejection)?;
    let wanted = Wanted {
        name: body.name,
        lifetime: body.ttl.map(Duration::from_secs),
        return_url: body.return_url,
    };
    let services = &state.services;
    let made = links::create(services, &user, &snapshot, &body.integration, wanted).await?;
    let view = View {
        url: Some(made.url.expose().to_owned()),
        ..View::of(&made.link, &snapshot, services.now())
    };
    Ok((StatusCode::CREATED, Json(view)))
}
