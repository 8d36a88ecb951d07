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

use axum::middleware;

use super::table::Table;

pub fn table() -> Table {
    Table::default()
        .merge(users())
        .merge(workflow_routes())
        .merge(windows())
        .around(|router| router.layer(middleware::from_fn(cors::layer)))
        .answered_before("/projects/{project_id}/sdk/proxy/{integration_type}")
        .answered_before(proxy::ROUTE)
}

/// What a user has and can have.
fn users() -> Table {
    const ME: &str = "/projects/{project_id}/sdk/me";
    const CREDENTIALS: &str = "/projects/{project_id}/sdk/credentials";
    const CREDENTIAL: &str = "/projects/{project_id}/sdk/credentials/{credential_id}";
    const CONFIGURATIONS: &str =
        "/projects/{project_id}/sdk/credentials/{credential_id}/configurations";
    Table::default()
        .get(ME, me::read::handler)
        .patch(ME, me::update::handler)
        .get(
            "/projects/{project_id}/sdk/metadata",
            metadata::list::handler,
        )
        .get(
            "/projects/{project_id}/sdk/integrations",
            integrations::list::handler,
        )
        .delete(
            "/projects/{project_id}/sdk/integrations/{integration_id}",
            integrations::uninstall::handler,
        )
        .post("/projects/{project_id}/sdk/links", links::create::handler)
        .get(
            "/projects/{project_id}/sdk/links/{link_id}",
            links::read::handler,
        )
        .get(CREDENTIALS, credentials::list::handler)
        .post(CREDENTIALS, credentials::create::handler)
        .get(CREDENTIAL, credentials::read::handler)
        .patch(CREDENTIAL, credentials::update::handler)
        .post(
            "/projects/{project_id}/sdk/credentials/{credential_id}/complete-setup",
            credentials::set_up::handler,
        )
        .post(CONFIGURATIONS, configurations::create::handler)
        .patch(CONFIGURATIONS, configurations::update::handler)
        .delete(CONFIGURATIONS, configurations::remove::handler)
}

/// What belongs to workflows.
fn workflow_routes() -> Table {
    const WORKFLOW: &str = "/projects/{project_id}/sdk/workflows/{workflow_id}";
    Table::default()
        .post(WORKFLOW, workflows::none::handler)
        .delete(WORKFLOW, workflows::none::handler)
        .post(
            "/projects/{project_id}/sdk/triggers/{workflow_id}",
            workflows::none::handler,
        )
        .post(
            "/projects/{project_id}/sdk/events/trigger",
            events::trigger::handler,
        )
        .post(
            "/v2/projects/{project_id}/sdk/events/trigger",
            events::trigger::handler,
        )
        .post("/projects/{project_id}/sdk/actions", sources::load::handler)
        .post(
            "/projects/{project_id}/sdk/resources/{resource_id}/connect",
            resources::connect::handler,
        )
        .get("/projects/{project_id}/triggers", triggers::list::handler)
}

/// What an SDK asks to have a person authorise in a window.
fn windows() -> Table {
    const SESSION: &str = "/projects/{project_id}/sdk/actions/session-id/{session_id}";
    Table::default()
        .get(
            "/v2/projects/{project_id}/sdk/actions/build-oauth",
            actions::build::address,
        )
        .get(
            "/projects/{project_id}/sdk/actions/build-oauth",
            actions::build::window,
        )
        .get(
            "/projects/{project_id}/sdk/actions/oauth-nonce",
            actions::nonce::handler,
        )
        .get(SESSION, actions::session::read)
        .delete(SESSION, actions::session::forget)
}
