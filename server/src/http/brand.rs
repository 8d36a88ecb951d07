//! `GET /brand/{hash}.{kind}`: the logo of an app, at an address that never means another file.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{AppState, error::RestError};
use crate::use_cases::{Error, appearance};

/// Of a picture that somebody opens by itself: it runs nothing and fetches nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

pub async fn logo(
    State(state): State<AppState>,
    Path(file): Path<String>,
) -> Result<Response, RestError> {
    let missing = || Error::NotFound("logo");
    let (hash, kind) = file.split_once('.').ok_or_else(missing)?;
    let logo = appearance::logo(&state.services, hash).await?;
    if logo.kind.as_str() != kind {
        return Err(missing().into());
    }
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, logo.kind.media_type());
    set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok((headers, logo.bytes).into_response())
}
