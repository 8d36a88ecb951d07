//! What every request passes: an id, a log line, headers that hold for every answer.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::error::RestError;
use crate::use_cases::Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A handler that panicked: a fault of our own, logged once, told to nobody.
pub fn panicked(_cause: Box<dyn std::any::Any + Send>) -> Response {
    RestError(Error::Internal("a handler panicked".to_owned())).into_response()
}

/// The route is logged, never the path or the query: they can hold what nobody should read.
pub async fn guard(request: Request, next: Next) -> Response {
    // The generator of this thread: an id tells requests apart, and is not worth a system call.
    let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
    let mut buffer = uuid::Uuid::encode_buffer();
    let id: &str = id.simple().encode_lower(&mut buffer);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!("request", %id, %method, route);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.in_scope(|| {
        tracing::debug!(
            status,
            micros = started.elapsed().as_micros() as u64,
            "answered"
        )
    });

    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let mut default = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    default(header::CACHE_CONTROL, "no-store");
    response
}
