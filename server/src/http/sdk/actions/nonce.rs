//! `GET /projects/{id}/sdk/actions/oauth-nonce`: the window's first page, in newer versions of the
//! embed protocol's SDK. It tells its opener that it is there, and is sent on.
//!
//! The user token in its address is not looked at: whoever loads this page proves nothing by it.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    http::{
        AppState,
        html::{Page, escape, words},
        oauth::small,
        sdk::caller,
        ui,
    },
    use_cases::snapshot,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default)]
    integration_id: String,
    #[serde(default)]
    origin_for_post_message: String,
}

pub async fn handler(
    State(state): State<AppState>,
    Path(project_id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let language = ui::language(None, &headers);
    let say = language.small();
    let origin = parameters.origin_for_post_message;
    let snapshot = match caller::project(&project_id) {
        Ok(project) => snapshot::fresh(&state.services, project).await.ok(),
        Err(_) => None,
    };
    let name = snapshot.as_ref().and_then(|snapshot| {
        let set_up = snapshot.find_by_id(parameters.integration_id.parse().ok()?)?;
        Some(say.connecting_to(&set_up.definition.name))
    });
    let title = name.unwrap_or_else(|| say.connecting.into());
    if !snapshot.is_some_and(|snapshot| snapshot.allows_origin(&origin)) {
        let said = say.opener_refused.into();
        return small::not_connected(403, &said, "", Some("query.js"), language);
    }
    let body = format!(
        "<h1>{}</h1><p role=\"status\" id=\"status\" data-opener=\"{}\">{}</p>",
        words(&title),
        escape(&origin),
        escape(say.going_or_close),
    );
    Page {
        status: StatusCode::OK,
        language,
        title: &title.plain(),
        body: &body,
        script: Some("query.js"),
    }
    .into_response()
}
