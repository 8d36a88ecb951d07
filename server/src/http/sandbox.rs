//! The Sandbox's pages and endpoints.

pub mod api;
pub mod consent;
pub mod token;

use axum::{
    Router,
    routing::{get, post},
};

use super::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route(
            "/sandbox/authorize",
            get(consent::page).post(consent::decide),
        )
        .route("/sandbox/token", post(token::issue))
        .route("/sandbox/revoke", post(token::revoke))
        .route("/sandbox/api/me", get(api::me))
        .route("/sandbox/api/notes", get(api::notes).post(api::add_note))
}
