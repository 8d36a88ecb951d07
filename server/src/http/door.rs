//! What the server serves: the proxy, and before it nothing that a proxied call has no use for.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use tower::Service;

use super::{
    AppState, boundary,
    error::RestError,
    sdk::{cors, proxy},
};

/// Calls of the proxy go straight to their handler: finding a route, its parameters and the boxes of
/// its layers would be a tenth of the work of such a call. Everything else goes to the router.
#[derive(Clone)]
pub struct Door {
    state: AppState,
    router: Router,
}

impl Door {
    pub fn new(state: AppState) -> Self {
        Self {
            router: super::router(state.clone()),
            state,
        }
    }
}

impl Service<Request> for Door {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <Router as Service<Request>>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if !proxy::is_meant(request.uri().path()) {
            return Box::pin(self.router.call(request));
        }
        let state = self.state.clone();
        let handle = |request| {
            cors::around(request, |request| async {
                if let Err(error) = state.limits.count_address(&request) {
                    return RestError(error).into_response();
                }
                proxy::handler(State(state), request).await.into_response()
            })
        };
        Box::pin(async { Ok(boundary::guard_route(proxy::ROUTE, request, handle).await) })
    }
}
