//! `POST /sandbox/token` (RFC 6749 §5) and `POST /sandbox/revoke` (RFC 7009).

use axum::{
    Form, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    domain::secret::Secret,
    http::AppState,
    use_cases::sandbox::{self, ACCESS_LIFETIME, Refusal},
};

#[derive(Deserialize)]
pub struct TokenRequest {
    grant_type: String,
    code: Option<Secret>,
    redirect_uri: Option<String>,
    code_verifier: Option<Secret>,
    refresh_token: Option<Secret>,
}

pub async fn issue(State(state): State<AppState>, Form(request): Form<TokenRequest>) -> Response {
    let services = &state.services;
    let issued = match request.grant_type.as_str() {
        "authorization_code" => {
            match (&request.code, &request.code_verifier, &request.redirect_uri) {
                (Some(code), Some(verifier), Some(redirect_uri)) => {
                    sandbox::exchange(services, code, verifier.expose(), redirect_uri)
                }
                _ => Err(Refusal::InvalidRequest),
            }
        }
        "refresh_token" => match &request.refresh_token {
            Some(token) => sandbox::refresh(services, token),
            None => Err(Refusal::InvalidRequest),
        },
        _ => Err(Refusal::UnsupportedGrantType),
    };
    match issued {
        Ok(tokens) => Json(json!({
            "access_token": tokens.access_token.expose(),
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
            "refresh_token": tokens.refresh_token.expose(),
            "scope": tokens.scope,
        }))
        .into_response(),
        Err(refusal) => (
            StatusCode::BAD_REQUEST,
            Json(json!({ "error": refusal.as_str() })),
        )
            .into_response(),
    }
}

#[derive(Deserialize)]
pub struct RevokeRequest {
    token: Secret,
}

pub async fn revoke(
    State(state): State<AppState>,
    Form(request): Form<RevokeRequest>,
) -> StatusCode {
    sandbox::revoke(&state.services, &request.token);
    StatusCode::OK
}
