//! `GET /ui/preview`: the portal as it would look, for the dashboard's page that chooses that. It
//! is the document itself without its scripts, so nothing in it can be pressed.

use app::{
    appearance::Ground,
    contract::portal::{ConnectMethod, Field, PortalPage, Scope},
    pages::portal::{PortalBoot, PortalLook, PortalPreview, language::Language},
};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    http::{AppState, assets, dashboard},
    use_cases::snapshot::Snapshot,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    project_id: String,
    #[serde(default)]
    dark: bool,
}

/// For operators only: it names the project.
pub async fn handler(
    State(state): State<AppState>,
    Query(parameters): Query<Parameters>,
    request: Request,
) -> Response {
    if dashboard::staff(&state, request.headers()).await.is_none() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(snapshot) = super::find(&state, &parameters.project_id).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let ground = if parameters.dark {
        Ground::Dark
    } else {
        Ground::Light
    };
    let language = Language::default();
    let boot = PortalBoot::new(Ok(sample(&snapshot)), language.strings());
    let look = PortalLook {
        appearance: snapshot.appearance.clone(),
        ignored: vec![],
    };
    render((boot, language, look, ground), request).await
}

/// A portal with everything that the choices change: a link, an input, a button.
fn sample(snapshot: &Snapshot) -> PortalPage {
    let field = Field {
        name: "key".to_owned(),
        label: "API key".to_owned(),
        secret: true,
        multiline: false,
        optional: false,
        help: None,
        placeholder: None,
        pattern: None,
        options: vec![],
    };
    PortalPage {
        project_id: snapshot.project.id.to_string(),
        app_name: snapshot.project.name.clone(),
        app_logo: snapshot.appearance.logo.clone(),
        integration_type: "sandbox".to_owned(),
        integration_id: String::new(),
        name: "Sandbox".to_owned(),
        logo: Some("/logos/sandbox.svg".to_owned()),
        color: None,
        methods: vec![ConnectMethod {
            fields: vec![field],
            scopes: vec![Scope {
                name: "contacts".to_owned(),
                label: "Read contacts and companies".to_owned(),
            }],
            help_url: Some("https://example.com".to_owned()),
            ..ConnectMethod::default()
        }],
        parent_origin: None,
        hosted: None,
        settings: false,
        package_url: None,
    }
}

async fn render(
    (boot, language, look, ground): (PortalBoot, Language, PortalLook, Ground),
    request: Request,
) -> Response {
    let context = move || {
        provide_context(assets::bundle("portal"));
        provide_context(language);
        provide_context(boot.clone());
        provide_context(look.clone());
        let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
            return;
        };
        let nonce = leptos::nonce::use_nonce()
            .map(|nonce| nonce.to_string())
            .unwrap_or_default();
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
             img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    leptos_axum::render_app_async_with_context(context, move || view! { <PortalPreview ground /> })(
        request,
    )
    .await
}
