//! The doors: REST for SDKs and back ends, server functions for Patchbay's own pages, and the pages.

pub mod assets;
pub mod boundary;
pub mod brand;
pub mod cookies;
pub mod dashboard;
pub mod demo;
pub mod embed;
pub mod error;
pub mod health;
pub mod html;
pub mod link;
pub mod oauth;
pub mod pages;
pub mod same_origin;
pub mod sandbox;
pub mod sdk;
pub mod state;
pub mod ui;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get, post},
};
pub use state::AppState;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body that Patchbay's own routes take, in bytes. The proxy has a limit of its own.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Every route.
pub fn router(state: AppState) -> Router {
    // Leptos spawns on tokio; the second router of a process finds it said already.
    let _ = any_spawner::Executor::init_tokio();
    let mut router = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(sdk::router())
        .route(
            "/oauth/callback/{integration_id}",
            get(oauth::callback::handler),
        )
        .route("/connect/window", get(oauth::window::page))
        .route("/connect/window/begin", post(oauth::window::begin))
        .route("/connect/handoff", get(oauth::handoff::page))
        .route("/connect/handoff/describe", post(oauth::handoff::describe))
        .route("/ui", get(ui::handler))
        .route("/ui/allows", get(embed::allows))
        .route("/ui/preview", get(ui::preview::handler))
        .route("/brand/{file}", get(brand::logo))
        .route("/link/{id}", get(link::page))
        .route("/link/{id}/open", post(link::open))
        .route("/link/{id}/confirm", post(link::confirm))
        .route("/api/{*function}", any(pages::server_fn))
        .route("/", get(dashboard::root))
        .route("/sign-in", get(dashboard::page))
        .route("/setup/{link}", get(dashboard::page))
        .route("/dashboard/{*rest}", get(dashboard::signed_in_page))
        .route("/pkg/{file}", get(assets::pkg))
        .route("/sdk/{file}", get(assets::sdk))
        .route("/static/{file}", get(assets::static_file))
        .route("/logos/{file}", get(assets::logo))
        .route("/integrations/{file}", get(assets::icon))
        .route("/favicon.svg", get(assets::favicon))
        .merge(sandbox::router());
    if state.demo {
        router = router.merge(demo::router());
    }
    router
        .fallback(dashboard::not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(boundary::panicked))
        .layer(middleware::from_fn(boundary::guard))
        .with_state(state)
}
