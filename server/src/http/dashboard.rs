//! The dashboard's pages: rendered here, hydrated in the browser.

use app::{api::SharedApi, shell::DashboardDocument};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{AppState, assets, cookies, pages::RequestApi};
use crate::{
    access::Staff,
    use_cases::{operators, projects},
};

/// `/`: the first environment, or the sign-in.
pub async fn root(State(state): State<AppState>, request: Request) -> Response {
    let Some(staff) = staff(&state, request.headers()).await else {
        return Redirect::to("/sign-in").into_response();
    };
    let rows = projects::list(&state.services, staff.reader())
        .await
        .unwrap_or_default();
    match rows.first().and_then(|row| row.environments.first()) {
        Some(row) => Redirect::to(&format!("/dashboard/{}", row.project_id)).into_response(),
        None => Redirect::to("/dashboard/new").into_response(),
    }
}

/// A page that anybody may open.
pub async fn page(State(state): State<AppState>, request: Request) -> Response {
    render(state, request, None).await
}

/// A page for operators; anybody else is sent to the sign-in and back.
pub async fn signed_in_page(State(state): State<AppState>, request: Request) -> Response {
    if staff(&state, request.headers()).await.is_none() {
        let path = request.uri().path();
        return Redirect::to(&format!("/sign-in?next={path}")).into_response();
    }
    render(state, request, None).await
}

/// A page for people, one line for everybody else.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let wants_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    if request.method() == Method::GET && wants_html {
        return render(state, request, Some(StatusCode::NOT_FOUND)).await;
    }
    super::error::RestError(crate::use_cases::Error::NotFound("page")).into_response()
}

/// The operator of the cookie.
pub async fn staff(state: &AppState, headers: &HeaderMap) -> Option<Staff> {
    let token = cookies::find(headers, cookies::SESSION)?;
    operators::of_session(&state.services, &token)
        .await
        .ok()
        .flatten()
}

async fn render(state: AppState, request: Request, status: Option<StatusCode>) -> Response {
    let api = RequestApi::new(state, &request);
    let context = move || {
        provide_context(assets::bundle("dashboard"));
        let shared: SharedApi = std::sync::Arc::new(api.clone().with_response());
        provide_context(shared);
        let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
            return;
        };
        if let Some(status) = status {
            response.set_status(status);
        }
        let nonce = leptos::nonce::use_nonce()
            .map(|nonce| nonce.to_string())
            .unwrap_or_default();
        if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    leptos_axum::render_app_async_with_context(context, || view! { <DashboardDocument /> })(request)
        .await
}

/// The dashboard's own: it shows the portal's preview in a frame.
fn page_policy(nonce: &str) -> String {
    format!("{}; frame-src 'self'", policy(nonce, "'none'"))
}

/// The policy of a Leptos page: its own files, and the inline scripts that carry this answer's nonce.
pub fn policy(nonce: &str, frame_ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors {frame_ancestors}"
    )
}
