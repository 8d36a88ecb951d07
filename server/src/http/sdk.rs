//! The REST routes of the embed protocol: callers carry a user token and no cookie.

pub mod actions;
pub mod caller;
pub mod cors;
pub mod credentials;
pub mod integrations;
pub mod me;
pub mod proxy;

use axum::{
    Router, middleware,
    routing::{any, delete, get},
};

use super::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/projects/{project_id}/sdk/me", get(me::read::handler))
        .route(
            "/projects/{project_id}/sdk/integrations",
            get(integrations::list::handler),
        )
        .route(
            "/projects/{project_id}/sdk/integrations/{integration_id}",
            delete(integrations::uninstall::handler),
        )
        .route(
            "/projects/{project_id}/sdk/credentials",
            get(credentials::list::handler).post(credentials::create::handler),
        )
        .route(
            "/projects/{project_id}/sdk/proxy/{integration_type}",
            any(proxy::handler),
        )
        .route(
            "/projects/{project_id}/sdk/proxy/{integration_type}/{*path}",
            any(proxy::handler),
        )
        .route(
            "/v2/projects/{project_id}/sdk/actions/build-oauth",
            get(actions::build::address),
        )
        .route(
            "/projects/{project_id}/sdk/actions/build-oauth",
            get(actions::build::window),
        )
        .route(
            "/projects/{project_id}/sdk/actions/oauth-nonce",
            get(actions::nonce::handler),
        )
        .route(
            "/projects/{project_id}/sdk/actions/session-id/{session_id}",
            get(actions::session::read).delete(actions::session::forget),
        )
        .layer(middleware::from_fn(cors::layer))
}
