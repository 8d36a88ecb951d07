//! The doors: REST for SDKs and back ends, server functions for Patchbay's own pages, and the pages.

pub mod assets;
pub mod backend;
pub mod boundary;
pub mod brand;
pub mod cookies;
pub mod dashboard;
pub mod demo;
mod door;
pub mod embed;
pub mod embed_check;
pub mod error;
pub mod health;
pub mod html;
pub mod limits;
pub mod link;
pub mod oauth;
pub mod openapi;
pub mod pages;
pub mod same_origin;
pub mod sandbox;
pub mod sdk;
pub mod state;
pub mod table;
pub mod ui;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, get, post},
};
pub use door::Door;
pub use state::AppState;
pub use table::Table;
use tower::ServiceBuilder;

/// The largest body that Patchbay's own routes take, in bytes. The proxy has a limit of its own.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The API. Each of these routes is described in its document, and the document describes no other.
pub fn api() -> Table {
    Table::default()
        .get("/health/live", health::live)
        .get("/health/ready", health::ready)
        .merge(sdk::table())
        .merge(backend::table())
        .get("/oauth/callback/{integration_id}", oauth::callback::handler)
        .get("/connect/window", oauth::window::page)
        .post("/connect/window/begin", oauth::window::begin)
        .get("/connect/handoff", oauth::handoff::page)
        .post("/connect/handoff/describe", oauth::handoff::describe)
        .get("/ui", ui::handler)
        .get("/ui/allows", embed::allows)
        .get("/openapi.json", openapi::handler)
        .get("/docs/api", openapi::page::handler)
}

/// What only Patchbay's own pages use, and the files that they load.
fn own_pages() -> Router<AppState> {
    Router::new()
        .route("/ui/preview", get(ui::preview::handler))
        .route("/brand/{file}", get(brand::logo))
        .route(
            "/link/{id}",
            get(link::page)
                .post(link::press)
                .layer(DefaultBodyLimit::max(link::FORM_LIMIT)),
        )
        .route("/link/{id}/open", post(link::open))
        .route("/link/{id}/confirm", post(link::confirm))
        .route(
            "/embed-check/{project_id}",
            get(embed_check::page).post(embed_check::check),
        )
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
        .merge(sandbox::router())
}

/// Every route but the proxy's, which [`Door`] answers.
fn router(state: AppState) -> Router {
    // Leptos spawns on tokio; the second router of a process finds it said already.
    let _ = any_spawner::Executor::init_tokio();
    let mut router = api().into_router().merge(own_pages());
    if state.demo {
        router = router.merge(demo::router());
    }
    router
        .fallback(dashboard::not_found)
        // One layer of two: of its own, each would box every request once more.
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(boundary::guard))
                .layer(middleware::from_fn_with_state(state.clone(), limits::layer))
                .layer(DefaultBodyLimit::max(BODY_LIMIT)),
        )
        .with_state(state)
}
