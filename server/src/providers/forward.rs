//! Proxied calls: the credential goes in, everything else passes as it is.

mod address;
#[cfg(any(test, fuzzing))]
pub(super) mod fuzz;
mod headers;
mod wait;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, Method, Request, Response, Uri, header};
use http_body_util::BodyExt;
use url::Url;

use self::address::Addresses;
use super::{
    inject::{Injected, Values, with_query},
    sign::MAX_HELD,
    transport::{Answer, Body, Channel, Transport, broken, uri},
};
use crate::{
    domain::Timestamp,
    ports::provider::{ByteStream, Client, Incoming, Outgoing, OutgoingBody, ProviderError},
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
        values: Values<'_>,
        (client, now): (&Client, Timestamp),
        outgoing: Outgoing,
    ) -> Result<Incoming, ProviderError> {
        // TRACE would send the credential back to the caller (RFC 9110 §9.3.8).
        if matches!(outgoing.method, Method::TRACE | Method::CONNECT) {
            let message = "TRACE and CONNECT are not passed on; use another method";
            return Err(ProviderError::Refused(message.to_owned()));
        }
        let injected = values.injected(client, now)?;
        let channel = values.channel(transport)?;
        let uri = self.uri(values, &injected, &outgoing.path_and_query)?;
        let mut headers = headers::for_provider(outgoing.headers);
        values.add_definition_headers(&mut headers)?;
        injected.add_headers(&mut headers);
        let safe = matches!(outgoing.method, Method::GET | Method::HEAD);
        if safe && injected.needs_body() {
            let message = "the credential goes into the body; use POST";
            return Err(ProviderError::Refused(message.to_owned()));
        }
        if safe && is_empty(&outgoing.body) {
            let response = follow(&channel, &injected, outgoing.method, uri, headers).await?;
            return Ok(incoming(response));
        }
        let is_read = injected.needs_body()
            || injected
                .signer()
                .is_some_and(|signer| signer.covers_body(&headers));
        let body = match outgoing.body {
            OutgoingBody::Buffered(bytes) => Body::Whole(injected.fill(&mut headers, bytes)?),
            OutgoingBody::Stream(stream, _) if is_read => {
                Body::Whole(injected.fill(&mut headers, held(stream).await?)?)
            }
            OutgoingBody::Stream(stream, length) => Body::stream(stream, length),
        };
        let request = request(outgoing.method, uri, headers, body);
        let request = signed(&injected, request)?;
        Ok(incoming(wait::head(&channel, request).await?))
    }

    fn uri(
        &self,
        values: Values<'_>,
        injected: &Injected,
        path_and_query: &str,
    ) -> Result<Uri, ProviderError> {
        let base = self
            .addresses
            .base(&values.url_text(&values.target.definition.api_base_url)?)?;
        let Some((name, value)) = injected.query() else {
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

/// A body that has to be known before it is sent.
async fn held(mut stream: ByteStream) -> Result<Bytes, ProviderError> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| broken())?;
        if whole.len() + chunk.len() > MAX_HELD {
            let message = "a body that is signed or added to may have 16 MiB; send it in parts";
            return Err(ProviderError::Refused(message.to_owned()));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

fn signed(injected: &Injected, mut request: Request<Body>) -> Result<Request<Body>, ProviderError> {
    if let Some(signer) = injected.signer() {
        signer.sign(&mut request)?;
    }
    Ok(request)
}

/// GET or HEAD, with up to [`MAX_HOPS`] redirects. The credential stays with the first origin: another
/// one sees neither it nor anything of the caller's that it does not need.
async fn follow(
    channel: &Channel<'_>,
    injected: &Injected,
    method: Method,
    mut target: Uri,
    mut headers: HeaderMap,
) -> Result<Response<Answer>, ProviderError> {
    let (bare, mut trusted) = (channel.bare(), true);
    for _ in 0..=MAX_HOPS {
        let mut request = request(method.clone(), target.clone(), headers.clone(), Body::EMPTY);
        if trusted {
            request = signed(injected, request)?;
        }
        let channel = if trusted { channel } else { &bare };
        let response = wait::head(channel, request).await?;
        let Some((from, mut next)) = redirect(&response, &target) else {
            return Ok(response);
        };
        if trusted && next.origin() == from.origin() {
            if let Some((name, value)) = injected.query() {
                let query = with_query(next.query(), name, value.expose());
                next.set_query(Some(&query));
            }
        } else if trusted {
            trusted = false;
            headers = headers::for_strangers(&headers);
        }
        target = uri(&next)?;
    }
    Err(ProviderError::Unavailable(
        "it redirects again and again".to_owned(),
    ))
}

/// Where a redirect comes from and where it leads (RFC 9110 §15.4).
fn redirect(response: &Response<Answer>, from: &Uri) -> Option<(Url, Url)> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let from = Url::parse(&from.to_string()).ok()?;
    let mut next = from.join(location).ok()?;
    next.set_fragment(None);
    (next.username().is_empty() && next.password().is_none()).then_some((from, next))
}

fn request(method: Method, uri: Uri, headers: HeaderMap, body: Body) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request
}

fn is_empty(body: &OutgoingBody) -> bool {
    matches!(body, OutgoingBody::Buffered(bytes) if bytes.is_empty())
}

fn incoming(response: Response<Answer>) -> Incoming {
    let (parts, body) = response.into_parts();
    Incoming {
        status: parts.status,
        headers: headers::for_caller(parts.headers),
        body: body.boxed_unsync(),
    }
}
