//! The body of a call on its way to the provider, and its type.

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Limited};
use serde::de::IgnoredAny;

use crate::{
    http::error::RestError,
    ports::provider::{ByteStream, OutgoingBody},
    use_cases::Error,
};

/// A body up to this size is kept, so that it can be sent again after a refresh.
const REPEATABLE: u64 = 256 * 1024;
/// The largest body that is passed on.
const LIMIT: u64 = 64 * 1024 * 1024;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=utf-8");

/// Takes the body. Where the caller leaves its type to us, the header says it afterwards.
pub async fn take(parts: &mut Parts, body: Body) -> Result<OutgoingBody, RestError> {
    let body = read(&parts.method, &parts.headers, body).await?;
    if !settle(&mut parts.headers) {
        return Ok(body);
    }
    let (kind, body) = match body {
        OutgoingBody::Buffered(bytes) => {
            let is_json = serde_json::from_slice::<IgnoredAny>(&bytes).is_ok();
            let kind = (!bytes.is_empty()).then_some(is_json);
            (kind, OutgoingBody::Buffered(bytes))
        }
        OutgoingBody::Stream(stream, length) => {
            let (is_json, stream) = peek(stream).await;
            (Some(is_json), OutgoingBody::Stream(stream, length))
        }
    };
    match kind {
        Some(true) => parts.headers.insert(header::CONTENT_TYPE, JSON),
        Some(false) => parts.headers.insert(header::CONTENT_TYPE, TEXT),
        None => parts.headers.remove(header::CONTENT_TYPE),
    };
    Ok(body)
}

/// Whether the type is left to us. SDKs of the embed protocol write `auto`, and a browser joins it with
/// what the app wrote under the same name.
fn settle(headers: &mut HeaderMap) -> bool {
    let Some(rest) = auto(headers) else {
        return false;
    };
    match HeaderValue::from_str(rest) {
        Ok(rest) if !rest.is_empty() => {
            headers.insert(header::CONTENT_TYPE, rest);
            false
        }
        _ => true,
    }
}

/// What follows `auto` in the content type.
pub fn auto(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (first, rest) = value.split_once(',').unwrap_or((value, ""));
    first
        .trim()
        .eq_ignore_ascii_case("auto")
        .then_some(rest.trim())
}

async fn read(method: &Method, headers: &HeaderMap, body: Body) -> Result<OutgoingBody, RestError> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    match length {
        Some(length) if length > LIMIT => Err(RestError::too_large()),
        None | Some(0)
            if !chunked
                && (length == Some(0)
                    || body.is_end_stream()
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

/// Whether a body too large to be read whole begins as JSON does.
async fn peek(mut stream: ByteStream) -> (bool, ByteStream) {
    let first = stream.next().await;
    let begins = |bytes: &Bytes| bytes.trim_ascii_start().first().copied();
    let is_json = match &first {
        Some(Ok(bytes)) => matches!(begins(bytes), Some(b'{' | b'[')),
        _ => false,
    };
    (is_json, stream::iter(first).chain(stream).boxed())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn sent(content_type: Option<&str>, body: &[u8]) -> Option<String> {
        let mut request = Request::post("/").header("content-length", body.len());
        if let Some(value) = content_type {
            request = request.header("content-type", value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let (mut parts, body) = request.into_parts();
        take(&mut parts, body).await.unwrap();
        let value = parts.headers.get(header::CONTENT_TYPE)?;
        Some(value.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn auto_means_what_the_body_is() {
        let json = Some("application/json".to_owned());
        assert_eq!(sent(Some("auto"), b"{\"a\":1}").await, json);
        assert_eq!(
            sent(Some("auto"), b"a=1&b=2").await.as_deref(),
            Some("text/plain;charset=utf-8")
        );
        assert_eq!(sent(Some("auto"), b"").await, None);
        assert_eq!(
            sent(Some("auto, text/csv"), b"a,b").await.as_deref(),
            Some("text/csv")
        );
        assert_eq!(
            sent(Some("text/csv"), b"{}").await.as_deref(),
            Some("text/csv")
        );
        assert_eq!(sent(None, b"{}").await, None);
        let large = format!("[\"{}\"]", "x".repeat(REPEATABLE as usize));
        assert_eq!(sent(Some("auto"), large.as_bytes()).await, json);
    }
}
