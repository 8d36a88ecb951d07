//! `GET /ui`: the portal, rendered for one integration and embedded by an allowed page.

use app::{
    api::{Api, SharedApi},
    contract::{ApiError, portal::PortalPage},
    pages::portal::{PortalBoot, PortalDocument, language::Language, layout::Layout},
};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{AppState, assets, embed, pages::RequestApi};
use crate::use_cases::snapshot;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    #[serde(default)]
    project_id: String,
    integration: Option<String>,
    origin: Option<String>,
    /// Limits the ways to connect; several stand with commas between them.
    account_type: Option<String>,
    /// The language that the host page wants, as a BCP 47 tag.
    lang: Option<String>,
    /// `inline`: a part of the host page.
    layout: Option<String>,
}

pub async fn handler(
    State(state): State<AppState>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let Some(integration) = parameters.integration else {
        return match parameters.project_id.as_str() {
            "" => embed::page("*"),
            project_id => embed::page(&frame_ancestors(&state, project_id).await),
        };
    };
    let api = RequestApi::new(state.clone(), &request);
    let language = language(parameters.lang.as_deref(), request.headers());
    let layout = Layout::asked(parameters.layout.as_deref());
    let ancestors = frame_ancestors(&state, &parameters.project_id).await;
    let account_types = parameters.account_type.unwrap_or_default();
    let account_types = account_types.split(',').map(str::to_owned).collect();
    let (project_id, origin) = (parameters.project_id, parameters.origin);
    let page = api
        .portal_page(project_id, integration, account_types, origin)
        .await;
    let status = page.as_ref().err().map(|error| error.code.status());
    render(api, page, (language, layout), status, ancestors, request).await
}

/// The language of a page: the one asked for, or the browser's.
pub fn language(asked: Option<&str>, headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Language::choose(asked, accepted)
}

/// The pages that may embed the portal of this project. Any loopback page may in development: a
/// port cannot be foreseen, and `http://localhost:*` says just that.
async fn frame_ancestors(state: &AppState, project_id: &str) -> String {
    let Ok(project) = project_id.parse() else {
        return "'none'".to_owned();
    };
    let Ok(snapshot) = snapshot::fresh(&state.services, project).await else {
        return "'none'".to_owned();
    };
    let mut sources = vec!["'self'".to_owned()];
    sources.extend(snapshot.origins.iter().cloned());
    if snapshot.project.allows_loopback_origins() {
        for host in ["localhost", "127.0.0.1"] {
            sources.push(format!("http://{host}:*"));
            sources.push(format!("https://{host}:*"));
        }
    }
    sources.join(" ")
}

async fn render(
    api: RequestApi,
    page: Result<PortalPage, ApiError>,
    (language, layout): (Language, Layout),
    status: Option<u16>,
    ancestors: String,
    request: Request,
) -> Response {
    let context = move || {
        provide_context(assets::bundle("portal"));
        provide_context(language);
        provide_context(layout);
        provide_context(PortalBoot {
            page: page.clone(),
            strings: language.strings(),
        });
        let shared: SharedApi = std::sync::Arc::new(api.clone().with_response());
        provide_context(shared);
        let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
            return;
        };
        if let Some(status) =
            status.and_then(|status| axum::http::StatusCode::from_u16(status).ok())
        {
            response.set_status(status);
        }
        let nonce = leptos::nonce::use_nonce()
            .map(|nonce| nonce.to_string())
            .unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&super::dashboard::policy(&nonce, &ancestors)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    leptos_axum::render_app_async_with_context(context, || view! { <PortalDocument /> })(request)
        .await
}
