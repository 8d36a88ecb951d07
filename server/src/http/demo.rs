//! `/demo`: a small host application, as a customer would write one. Its server side signs a user
//! token; its page loads the SDK. The code that the page shows is the file that it runs.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::{AppState, error::RestError, same_origin};
use crate::use_cases::{Error, demo};

const PAGE: &str = include_str!("demo/index.html");
const HOST: &str = include_str!("demo/host.js");
const VIEW: &str = include_str!("demo/view.js");
const STYLE: &str = include_str!("demo/demo.css");

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/demo", get(page))
        .route("/demo/token", get(token))
        .route(
            "/demo/host.js",
            get(|| async { file(HOST, "text/javascript; charset=utf-8") }),
        )
        .route(
            "/demo/view.js",
            get(|| async { file(VIEW, "text/javascript; charset=utf-8") }),
        )
        .route(
            "/demo/demo.css",
            get(|| async { file(STYLE, "text/css; charset=utf-8") }),
        )
}

async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE)).into_response()
}

/// What a host application's server does for its signed-in user.
async fn token(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, RestError> {
    if same_origin::check(&headers, &state.services.public_url).is_err() {
        return Err(Error::TokenInvalid.into());
    }
    let demo = demo::ensure(&state.services).await?;
    let token = demo::sign(&state.services, &demo)?;
    let body = json!({ "projectId": demo.project.to_string(), "userToken": token.expose(), "user": demo::USER });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn file(text: &'static str, mime: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, mime),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        text,
    )
        .into_response()
}
