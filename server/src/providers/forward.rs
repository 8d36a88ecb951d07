//! Proxied calls: the credential goes in, everything else passes as it is.

mod address;
mod headers;
mod wait;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::{Body, Request, Response};
use url::Url;

use self::address::Addresses;
use super::{
    inject::{Injected, Values, with_query},
    transport::Transport,
};
use crate::{
    domain::token_set::CredentialFields,
    ports::provider::{Incoming, Outgoing, OutgoingBody, ProviderError, Target},
};

/// Redirects that are followed for one call.
const MAX_HOPS: usize = 5;

pub struct Forwarder {
    addresses: Addresses,
}

impl Forwarder {
    pub fn new() -> Self {
        Self {
            addresses: Addresses::new(),
        }
    }

    /// Sends `outgoing` below the definition's base address. A redirect of a GET or HEAD is followed, any
    /// other answer is handed back as it comes.
    pub async fn forward(
        &self,
        transport: &Transport,
        target: Target<'_>,
        credential: &CredentialFields,
        outgoing: Outgoing,
    ) -> Result<Incoming, ProviderError> {
        // TRACE would send the credential back to the caller (RFC 9110 §9.3.8).
        if matches!(outgoing.method, Method::TRACE | Method::CONNECT) {
            let message = "TRACE and CONNECT are not passed on; use another method";
            return Err(ProviderError::Refused(message.to_owned()));
        }
        let values = Values {
            target,
            credential: Some(credential),
        };
        let injected = values.injected()?;
        let url = self.url(values, &injected, &outgoing.path_and_query)?;
        let mut headers = headers::for_provider(outgoing.headers);
        values.add_definition_headers(&mut headers)?;
        if let Injected::Header(name, value) = &injected {
            headers.insert(name.clone(), value.clone());
        }
        let safe = matches!(outgoing.method, Method::GET | Method::HEAD);
        if safe && is_empty(&outgoing.body) {
            let response = follow(transport, &injected, outgoing.method, url, headers).await?;
            return Ok(incoming(response));
        }
        let mut request = Request::new(outgoing.method, url);
        let (body, progress) = body(outgoing.body, &mut headers);
        *request.headers_mut() = headers;
        *request.body_mut() = body;
        Ok(incoming(wait::head(transport, request, &progress).await?))
    }

    fn url(
        &self,
        values: Values<'_>,
        injected: &Injected,
        path_and_query: &str,
    ) -> Result<Url, ProviderError> {
        let base = self
            .addresses
            .base(&values.url_text(&values.target.definition.api_base_url)?)?;
        let Injected::Query { name, value } = injected else {
            return base.join(path_and_query);
        };
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        base.join(&format!(
            "{path}?{}",
            with_query(query, name, value.expose())
        ))
    }
}

/// GET or HEAD, with up to [`MAX_HOPS`] redirects. The credential stays with the first origin: another
/// one sees neither it nor anything of the caller's that it does not need.
async fn follow(
    transport: &Transport,
    injected: &Injected,
    method: Method,
    mut url: Url,
    mut headers: HeaderMap,
) -> Result<Response, ProviderError> {
    let mut trusted = true;
    for _ in 0..=MAX_HOPS {
        let mut request = Request::new(method.clone(), url.clone());
        *request.headers_mut() = headers.clone();
        let response = wait::head(transport, request, &wait::Progress::default()).await?;
        let Some(mut next) = redirect(&response, &url) else {
            return Ok(response);
        };
        if trusted && next.origin() == url.origin() {
            if let Injected::Query { name, value } = injected {
                let query = with_query(next.query(), name, value.expose());
                next.set_query(Some(&query));
            }
        } else if trusted {
            trusted = false;
            headers = headers::for_strangers(&headers);
        }
        url = next;
    }
    Err(ProviderError::Unavailable(
        "it redirects again and again".to_owned(),
    ))
}

/// Where a redirect leads (RFC 9110 §15.4).
fn redirect(response: &Response, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let mut next = from.join(location).ok()?;
    next.set_fragment(None);
    (next.username().is_empty() && next.password().is_none()).then_some(next)
}

fn is_empty(body: &OutgoingBody) -> bool {
    matches!(body, OutgoingBody::Buffered(bytes) if bytes.is_empty())
}

fn body(body: OutgoingBody, headers: &mut HeaderMap) -> (Option<Body>, wait::Progress) {
    let progress = wait::Progress::default();
    let body = match body {
        OutgoingBody::Buffered(bytes) => Body::from(bytes),
        OutgoingBody::Stream(stream, length) => {
            if let Some(length) = length {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            }
            Body::wrap_stream(progress.watch(stream))
        }
    };
    (Some(body), progress)
}

fn incoming(mut response: Response) -> Incoming {
    let headers = headers::for_caller(std::mem::take(response.headers_mut()));
    let status = response.status();
    // The fault may name the URL, which may hold a key.
    let broken = |_| std::io::Error::other("the provider's answer broke off");
    let body = response
        .bytes_stream()
        .map_err(broken)
        .map_ok(Bytes::from)
        .boxed();
    Incoming {
        status,
        headers,
        body,
    }
}
