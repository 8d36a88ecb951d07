//! `GET /ui`: the portal, rendered for one integration and embedded by an allowed page.

pub mod preview;

use std::sync::Arc;

use app::{
    api::{PortalApi, SharedApi},
    pages::portal::{PortalBoot, PortalDocument, PortalLook, language::Language, layout::Layout},
};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{AppState, assets, embed, pages::RequestApi};
use crate::use_cases::{
    appearance,
    snapshot::{self, Snapshot},
};

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
    /// What the host page wants to look otherwise than the project says.
    accent: Option<String>,
    radius: Option<String>,
    font: Option<String>,
    theme: Option<String>,
    logo: Option<String>,
}

pub async fn handler(
    State(state): State<AppState>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    let snapshot = find(&state, &parameters.project_id).await;
    let Some(integration) = parameters.integration.clone() else {
        return match parameters.project_id.as_str() {
            "" => embed::page("*"),
            _ => embed::page(&frame_ancestors(snapshot.as_deref())),
        };
    };
    let api = RequestApi::new(state.clone(), &request);
    let language = language(parameters.lang.as_deref(), request.headers());
    let layout = Layout::asked(parameters.layout.as_deref());
    let look = look(&state, snapshot.as_deref(), &parameters).await;
    let account_types = parameters.account_type.unwrap_or_default();
    let account_types = account_types.split(',').map(str::to_owned).collect();
    let (project_id, origin) = (parameters.project_id, parameters.origin);
    let mut page = api
        .portal_page(project_id, integration, account_types, origin)
        .await;
    if let Ok(page) = &mut page {
        page.app_logo.clone_from(&look.appearance.logo);
    }
    let boot = PortalBoot::new(page, language.strings());
    let ancestors = frame_ancestors(snapshot.as_deref());
    render(api, (boot, language, look, layout), ancestors, request).await
}

async fn find(state: &AppState, project_id: &str) -> Option<Arc<Snapshot>> {
    let project = project_id.parse().ok()?;
    snapshot::fresh(&state.services, project).await.ok()
}

/// What the project has chosen, but for what the host page asks for and can have.
async fn look(state: &AppState, snapshot: Option<&Snapshot>, asked: &Parameters) -> PortalLook {
    let mut appearance = snapshot.map_or_else(Default::default, |known| known.appearance.clone());
    let mut ignored = Vec::new();
    for (name, value) in [
        ("accent", &asked.accent),
        ("radius", &asked.radius),
        ("font", &asked.font),
        ("theme", &asked.theme),
        ("logo", &asked.logo),
    ] {
        let Some(value) = value else { continue };
        let there = name != "logo" || value == "none" || has_logo(state, value).await;
        if !there || !appearance.set(name, value) {
            ignored.push(name);
        }
    }
    PortalLook {
        appearance,
        ignored,
    }
}

async fn has_logo(state: &AppState, path: &str) -> bool {
    let hash = path
        .strip_prefix("/brand/")
        .and_then(|file| file.split_once('.'));
    let Some((hash, kind)) = hash else {
        return false;
    };
    let found = appearance::logo(&state.services, hash).await;
    found.is_ok_and(|logo| logo.kind.as_str() == kind)
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
fn frame_ancestors(snapshot: Option<&Snapshot>) -> String {
    let Some(snapshot) = snapshot else {
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

/// A host page that isolates itself embeds only what says these two. Everything that the portal loads is
/// of its own origin; who may embed it, `frame-ancestors` decides.
pub fn isolation() -> [(HeaderName, HeaderValue); 2] {
    [
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "cross-origin"),
    ]
    .map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
}

type Facts = (PortalBoot, Language, PortalLook, Layout);

/// The document of the portal, for pages of these origins to embed.
async fn render(api: RequestApi, facts: Facts, ancestors: String, request: Request) -> Response {
    render_with(|| (), api, facts, ancestors, request).await
}

/// The same with more context.
pub async fn render_with(
    more: impl Fn() + Clone + Send + Sync + 'static,
    api: RequestApi,
    (boot, language, look, layout): Facts,
    ancestors: String,
    request: Request,
) -> Response {
    let status = boot.page.as_ref().err().map(|error| error.code.status());
    let context = move || {
        more();
        provide_context(assets::bundle("portal"));
        provide_context(language);
        provide_context(layout);
        provide_context(boot.clone());
        provide_context(look.clone());
        let shared: SharedApi = Arc::new(api.clone().with_response());
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
        for (name, value) in isolation() {
            response.insert_header(name, value);
        }
    };
    leptos_axum::render_app_async_with_context(context, || view! { <PortalDocument /> })(request)
        .await
}
