//! The REST routes of the embed protocol: callers carry a user token and no cookie.

pub mod actions;
pub mod caller;
pub mod configurations;
pub mod cors;
pub mod credentials;
pub mod events;
pub mod integrations;
pub mod links;
pub mod me;
pub mod metadata;
pub mod proxy;
pub mod resources;
pub mod sources;
pub mod triggers;
pub mod workflows;

use axum::{
    Router, middleware,
    routing::{any, delete, get, post},
};

use super::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .merge(users())
        .merge(workflow_routes())
        .merge(windows())
        .route(
            "/projects/{project_id}/sdk/proxy/{integration_type}",
            any(proxy::handler),
        )
        .route(
            "/projects/{project_id}/sdk/proxy/{integration_type}/{*path}",
            any(proxy::handler),
        )
        .layer(middleware::from_fn(cors::layer))
}

/// What a user has and can have.
fn users() -> Router<AppState> {
    Router::new()
        .route(
            "/projects/{project_id}/sdk/me",
            get(me::read::handler).patch(me::update::handler),
        )
        .route(
            "/projects/{project_id}/sdk/metadata",
            get(metadata::list::handler),
        )
        .route(
            "/projects/{project_id}/sdk/integrations",
            get(integrations::list::handler),
        )
        .route(
            "/projects/{project_id}/sdk/integrations/{integration_id}",
            delete(integrations::uninstall::handler),
        )
        .route(
            "/projects/{project_id}/sdk/links",
            post(links::create::handler),
        )
        .route(
            "/projects/{project_id}/sdk/links/{link_id}",
            get(links::read::handler),
        )
        .route(
            "/projects/{project_id}/sdk/credentials",
            get(credentials::list::handler).post(credentials::create::handler),
        )
        .route(
            "/projects/{project_id}/sdk/credentials/{credential_id}",
            get(credentials::read::handler).patch(credentials::update::handler),
        )
        .route(
            "/projects/{project_id}/sdk/credentials/{credential_id}/complete-setup",
            post(credentials::set_up::handler),
        )
        .route(
            "/projects/{project_id}/sdk/credentials/{credential_id}/configurations",
            post(configurations::create::handler)
                .patch(configurations::update::handler)
                .delete(configurations::remove::handler),
        )
}

/// What belongs to workflows.
fn workflow_routes() -> Router<AppState> {
    let events = || post(events::trigger::handler);
    Router::new()
        .route(
            "/projects/{project_id}/sdk/workflows/{workflow_id}",
            post(workflows::none::handler).delete(workflows::none::handler),
        )
        .route(
            "/projects/{project_id}/sdk/triggers/{workflow_id}",
            post(workflows::none::handler),
        )
        .route("/projects/{project_id}/sdk/events/trigger", events())
        .route("/v2/projects/{project_id}/sdk/events/trigger", events())
        .route(
            "/projects/{project_id}/sdk/actions",
            post(sources::load::handler),
        )
        .route(
            "/projects/{project_id}/sdk/resources/{resource_id}/connect",
            post(resources::connect::handler),
        )
        .route(
            "/projects/{project_id}/triggers",
            get(triggers::list::handler),
        )
}

/// What an SDK asks to have a person authorise in a window.
fn windows() -> Router<AppState> {
    Router::new()
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
}
