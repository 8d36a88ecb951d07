//! What every request passes: an id, a log line, headers that hold for every answer.

use std::{cell::Cell, future::Future, panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use uuid::{Uuid, fmt::Simple};

use super::{error::RestError, limits::Budget};
use crate::use_cases::Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: Current;
}

/// What a log line says of the request during which it is written: the route, never the path or the
/// query, which can hold what nobody should read.
pub struct Current {
    pub id: Simple,
    pub method: Method,
    route: Route,
    /// By the limit that leaves least.
    budget: Cell<Option<Budget>>,
}

enum Route {
    Fixed(&'static str),
    Matched(Option<MatchedPath>),
}

impl Current {
    pub fn route(&self) -> &str {
        match &self.route {
            Route::Fixed(path) => path,
            Route::Matched(path) => path.as_ref().map_or("-", MatchedPath::as_str),
        }
    }

    /// Notes what a limit leaves to the caller.
    pub fn note(&self, budget: Budget) {
        let tightest = self.budget.get();
        self.budget
            .set(Some(tightest.map_or(budget, |known| known.tighter(budget))));
    }

    /// Hands the request of this task to `tell`, if there is one.
    pub fn with(tell: impl FnOnce(&Self)) {
        // Outside of a request there is nothing to tell.
        let _ = CURRENT.try_with(tell);
    }
}

/// The layer around the router.
pub async fn guard(request: Request, next: Next) -> Response {
    let route = Route::Matched(request.extensions().get::<MatchedPath>().cloned());
    around(route, request, |request| next.run(request)).await
}

/// The same around a handler that the router does not know.
pub async fn guard_route<F: Future<Output = Response>>(
    route: &'static str,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    around(Route::Fixed(route), request, handle).await
}

async fn around<F: Future<Output = Response>>(
    route: Route,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    // The generator of this thread: an id tells requests apart, and is not worth a system call.
    let id = uuid::Builder::from_random_bytes(rand::random())
        .into_uuid()
        .simple();
    let current = Current {
        id,
        method: request.method().clone(),
        route,
        budget: Cell::new(None),
    };
    let answer = async {
        let started = Instant::now();
        let response = AssertUnwindSafe(handle(request)).catch_unwind().await;
        let response = response.unwrap_or_else(|_| panicked());
        let micros = started.elapsed().as_micros() as u64;
        tracing::debug!(status = response.status().as_u16(), micros, "answered");
        let mut budget = None;
        Current::with(|current| budget = current.budget.get());
        (response, budget)
    };
    let (mut response, budget) = CURRENT.scope(current, answer).await;
    if let Some(budget) = budget {
        budget.write(response.headers_mut());
    }
    add_headers(&mut response, id);
    response
}

/// A handler that panicked: a fault of our own, logged once, told to nobody.
fn panicked() -> Response {
    RestError(Error::Internal("a handler panicked".to_owned())).into_response()
}

fn add_headers(response: &mut Response, id: Simple) {
    let headers = response.headers_mut();
    let mut buffer = Uuid::encode_buffer();
    if let Ok(id) = HeaderValue::from_str(id.encode_lower(&mut buffer)) {
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
}
