//! `ANY /projects/{id}/sdk/proxy/{type}/{path}`: a call to a connected account.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use bytes::Bytes;
use futures::StreamExt;
use http_body_util::{BodyExt, Limited};

use crate::{
    http::{AppState, error::RestError, sdk::caller},
    ports::provider::{Outgoing, OutgoingBody},
    use_cases::{Error, authenticate, proxy},
};

/// A body up to this size is kept, so that it can be sent again after a refresh.
const REPEATABLE: u64 = 256 * 1024;
const SANDBOXED: HeaderValue =
    HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
/// The largest body that is passed on.
const LIMIT: u64 = 64 * 1024 * 1024;

pub async fn handler(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, RestError> {
    let path = request.uri().path();
    let (project_id, integration_type, rest) = split(path).ok_or(Error::NotFound("page"))?;
    let project = caller::project(project_id)?;
    let integration_type = integration_type.to_owned();
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let token = caller::token(request.headers())?;
    let (user, snapshot) = authenticate::run_recent(&state.services, project, &token).await?;
    let selector = caller::selector(request.headers());
    let (parts, body) = request.into_parts();
    let body = outgoing_body(&parts.method, &parts.headers, body).await?;
    let outgoing = Outgoing {
        method: parts.method,
        path_and_query,
        headers: parts.headers,
        body,
    };
    let incoming = proxy::run(
        &state.services,
        &snapshot,
        &user,
        &integration_type,
        &selector,
        outgoing,
    )
    .await?;
    let mut response = Response::new(Body::new(incoming.body));
    *response.status_mut() = incoming.status;
    *response.headers_mut() = incoming.headers;
    // What a provider answers is never a page of this origin.
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, SANDBOXED);
    Ok(response)
}

/// Project, integration type, and what follows, as it was written.
fn split(path: &str) -> Option<(&str, &str, &str)> {
    let (project, rest) = path.strip_prefix("/projects/")?.split_once("/sdk/proxy/")?;
    let (integration_type, rest) = rest.split_once('/').unwrap_or((rest, ""));
    Some((project, integration_type, rest))
}

async fn outgoing_body(
    method: &Method,
    headers: &HeaderMap,
    body: Body,
) -> Result<OutgoingBody, RestError> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    match length {
        Some(length) if length > LIMIT => Err(RestError::too_large()),
        None | Some(0)
            if !chunked
                && (length == Some(0)
                    || matches!(*method, Method::GET | Method::HEAD | Method::DELETE)) =>
        {
            Ok(OutgoingBody::Buffered(Bytes::new()))
        }
        Some(length) if length <= REPEATABLE => {
            let bytes = body
                .collect()
                .await
                .map_err(|_| Error::invalid("", "The body ended early. Send it again."))?;
            Ok(OutgoingBody::Buffered(bytes.to_bytes()))
        }
        length => {
            let limited = Limited::new(body, LIMIT as usize);
            let stream = limited
                .into_data_stream()
                .map(|chunk| chunk.map_err(std::io::Error::other));
            Ok(OutgoingBody::Stream(stream.boxed(), length))
        }
    }
}
