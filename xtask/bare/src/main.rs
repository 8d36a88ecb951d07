//! What the benchmark measures against: an axum handler that returns fixed bytes and does nothing
//! else. `bare PORT guarded|open [PATH CONTENT_TYPE FILE]…`; `guarded` refuses a request without
//! an `Authorization` header.

use std::error::Error;
use std::fs;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::any;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [port, access, routes @ ..] = args.as_slice() else {
        return Err("usage: bare PORT guarded|open [PATH CONTENT_TYPE FILE]…".into());
    };
    let guarded = access == "guarded";
    let mut router = Router::new();
    for route in routes.chunks_exact(3) {
        let body = Bytes::from(fs::read(&route[2])?);
        let content_type = HeaderValue::from_str(&route[1])?;
        let handler = move |headers: HeaderMap| async move {
            if guarded && !headers.contains_key(AUTHORIZATION) {
                return StatusCode::UNAUTHORIZED.into_response();
            }
            ([(CONTENT_TYPE, content_type)], body).into_response()
        };
        router = router.route(&route[0], any(handler));
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse::<u16>()?)).await?;
    Ok(axum::serve(listener, router).await?)
}
