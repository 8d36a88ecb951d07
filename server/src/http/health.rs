//! For load balancers and start scripts.

use axum::{extract::State, http::StatusCode};

use super::AppState;

/// The process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// The process answers and so does its database.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.services.store.ping().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        ),
    }
}
