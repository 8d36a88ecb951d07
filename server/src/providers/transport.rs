//! The HTTP client that all calls share, behind the egress guard.

mod body;
mod connector;
mod fault;
mod identity;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, Uri,
    header::{ACCEPT, USER_AGENT},
    response::Parts,
    uri::Scheme,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{self, Client, connect::Connect},
    rt::{TokioExecutor, TokioTimer},
};
use url::Url;

pub use self::body::Body;
pub use self::fault::{broken, late};
use self::{
    connector::{Plain, Secure},
    fault::{describe, is_untouched},
    identity::{Identities, Own},
};
use super::egress::Egress;
use crate::{domain::secret::Secret, ports::provider::ProviderError};

/// How long calls may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    pub connect: Duration,
    /// A token, verification or revocation call from start to end.
    pub call: Duration,
    /// A proxied call from the last byte sent to the head of the answer.
    pub head: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            call: Duration::from_secs(20),
            head: Duration::from_secs(60),
        }
    }
}

/// The most of an answer that Patchbay reads for itself.
pub const MAX_ANSWER: usize = 1024 * 1024;

/// Connections that are kept open to one host, and for how long without a call.
const IDLE_PER_HOST: usize = 128;
const IDLE: Duration = Duration::from_secs(90);

/// How often a call is sent that an HTTP/2 server has not looked at.
const SENT_AT_MOST: usize = 3;

const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");
const OURSELVES: HeaderValue = HeaderValue::from_static(concat!(
    "Patchbay/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
));

pub struct Transport {
    egress: Arc<Egress>,
    secure: Client<Secure, Body>,
    plain: Client<Plain, Body>,
    identities: Identities,
    pub timeouts: Timeouts,
}

/// The transport as one connection uses it: with a certificate of its own, or without.
pub struct Channel<'t> {
    transport: &'t Transport,
    own: Option<Own>,
}

impl Channel<'_> {
    pub fn timeouts(&self) -> Timeouts {
        self.transport.timeouts
    }

    /// The same without a certificate: for another origin.
    pub fn bare(&self) -> Self {
        self.transport.bare()
    }

    /// Sends a request that the guard lets pass. Redirects are handed back, not followed.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, ProviderError> {
        let secure = self.own.as_ref().unwrap_or(&self.transport.secure);
        self.transport.send_by(secure, request).await
    }

    /// Sends, within the time of a call, and reads the answer up to [`MAX_ANSWER`].
    pub async fn call(&self, request: Request<Body>) -> Result<(Parts, Bytes), ProviderError> {
        read(self.timeouts().call, self.send(request)).await
    }
}

impl Transport {
    pub fn new(egress: Egress, timeouts: Timeouts) -> Self {
        let egress = Arc::new(egress);
        Self {
            secure: client(connector::secure(&egress, timeouts.connect)),
            plain: client(connector::plain(&egress, timeouts.connect)),
            egress,
            identities: Identities::new(),
            timeouts,
        }
    }

    pub fn bare(&self) -> Channel<'_> {
        Channel {
            transport: self,
            own: None,
        }
    }

    /// A channel that shows a certificate; PEM, as its key.
    pub fn showing(
        &self,
        certificate: &Secret,
        key: &Secret,
    ) -> Result<Channel<'_>, ProviderError> {
        let limit = self.timeouts.connect;
        let own = self
            .identities
            .client(&self.egress, limit, certificate, key)?;
        Ok(Channel {
            transport: self,
            own: Some(own),
        })
    }

    /// [`Channel::send`] without a certificate.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, ProviderError> {
        self.send_by(&self.secure, request).await
    }

    async fn send_by(
        &self,
        secure: &Client<Secure, Body>,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, ProviderError> {
        self.egress
            .check(request.uri())
            .map_err(|denied| ProviderError::Egress(denied.0))?;
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(ANYTHING);
        headers.entry(USER_AGENT).or_insert(OURSELVES);
        let sent = if request.uri().scheme() == Some(&Scheme::HTTPS) {
            send_secure(secure, request).await
        } else {
            self.plain.request(request).await
        };
        sent.map_err(|error| describe(&error))
    }

    /// [`Channel::call`] without a certificate.
    pub async fn call(&self, request: Request<Body>) -> Result<(Parts, Bytes), ProviderError> {
        read(self.timeouts.call, self.send(request)).await
    }
}

/// A connection that breaks before a call is written is no matter: the client takes another one.
/// With HTTP/2 the server can also say afterwards that it has not looked at the call.
async fn send_secure(
    secure: &Client<Secure, Body>,
    mut request: Request<Body>,
) -> Result<Response<Incoming>, legacy::Error> {
    for _ in 1..SENT_AT_MOST {
        let Some(again) = again(&request) else { break };
        match secure.request(request).await {
            Err(error) if is_untouched(&error) => request = again,
            result => return result,
        }
    }
    secure.request(request).await
}

/// The whole answer, within `limit`.
async fn read(
    limit: Duration,
    sent: impl Future<Output = Result<Response<Incoming>, ProviderError>>,
) -> Result<(Parts, Bytes), ProviderError> {
    let answer = async {
        let (parts, body) = sent.await?.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                ProviderError::Unavailable("its answer is longer than 1 MiB".to_owned())
            } else {
                broken()
            }
        })?;
        Ok((parts, body.to_bytes()))
    };
    let within = tokio::time::timeout(limit, answer).await;
    within.unwrap_or_else(|_| Err(late()))
}

/// A URL as requests name it.
pub fn uri(url: &Url) -> Result<Uri, ProviderError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ProviderError::Egress(format!("{}:", url.scheme())));
    }
    Uri::try_from(url.as_str())
        .map_err(|_| ProviderError::Refused("the address is not one that can be called".to_owned()))
}

fn client<C: Connect + Clone>(connector: C) -> Client<C, Body> {
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .build(connector)
}

fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().again()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    Some(copy)
}
