//! The Sandbox's API: whose account it is, and three notes.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    http::{AppState, sdk::caller},
    use_cases::sandbox::{self, ACCOUNT_ID, ACCOUNT_NAME},
};

type Answer = (StatusCode, Json<Value>);

pub async fn me(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    guarded(
        &state,
        &headers,
        || json!({ "id": ACCOUNT_ID, "name": ACCOUNT_NAME, "email": "ada@sandbox.example" }),
    )
}

pub async fn notes(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    guarded(&state, &headers, || {
        json!({ "notes": [
            { "id": 1, "text": "The engine weaves algebraic patterns." },
            { "id": 2, "text": "Check the Bernoulli numbers once more." },
            { "id": 3, "text": "Write to Babbage about the cards." },
        ] })
    })
}

#[derive(Deserialize)]
pub struct NewNote {
    text: String,
}

/// Echoes the note: the Sandbox keeps nothing.
pub async fn add_note(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(note): Json<NewNote>,
) -> Answer {
    guarded(&state, &headers, || json!({ "id": 4, "text": note.text }))
}

fn guarded(state: &AppState, headers: &HeaderMap, answer: impl FnOnce() -> Value) -> Answer {
    let admitted =
        caller::token(headers).is_ok_and(|bearer| sandbox::admits(&state.services, &bearer));
    if admitted {
        (StatusCode::OK, Json(answer()))
    } else {
        let message = "The Sandbox does not take this credential: it is wrong, expired or revoked.";
        (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "unauthorized", "message": message })),
        )
    }
}
