//! Cross-origin calls. Any page may make them: they carry a token that only its holder has, and
//! never a cookie (`Access-Control-Allow-Credentials` is not sent).

use std::future::Future;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, HEAD");
const ANY: HeaderValue = HeaderValue::from_static("*");
/// Two hours: what Chromium takes at most.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

pub async fn layer(request: Request, next: Next) -> Response {
    around(request, |request| next.run(request)).await
}

/// The same around a handler that the router does not know.
pub async fn around<F: Future<Output = Response>>(
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let asked = request
        .headers()
        .get(header::ACCESS_CONTROL_REQUEST_HEADERS)
        .cloned();
    if request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        if let Some(asked) = asked {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
        }
        return response;
    }
    let mut response = handle(request).await;
    open(&mut response);
    response
}

/// Lets scripts of every page read an answer.
pub fn open(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
}
