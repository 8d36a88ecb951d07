//! The HTTP client that all calls share, behind the egress guard.

mod answer;
mod body;
mod connector;
mod fault;
mod identity;
mod line;
mod pool;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode, Uri,
    header::{ACCEPT, USER_AGENT},
    response::Parts,
    uri::Scheme,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use url::Url;

pub use self::{
    answer::Answer,
    body::Body,
    fault::{broken, late},
};
use self::{fault::describe, identity::Identities, pool::Pool};
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

const ANYTHING: HeaderValue = HeaderValue::from_static("*/*");
const OURSELVES: HeaderValue = HeaderValue::from_static(concat!(
    "Patchbay/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
));

pub struct Transport {
    egress: Arc<Egress>,
    secure: Pool,
    plain: Pool,
    identities: Identities,
    pub timeouts: Timeouts,
}

/// The transport as one connection uses it: with a certificate of its own, or without.
pub struct Channel<'t> {
    transport: &'t Transport,
    own: Option<Arc<Pool>>,
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
    pub async fn send(
        &self,
        mut request: Request<Body>,
    ) -> Result<Response<Answer>, ProviderError> {
        let secure = self.own.as_deref().unwrap_or(&self.transport.secure);
        self.transport.send_by(secure, &mut request).await
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
            secure: Pool::new(connector::secure(&egress, timeouts.connect)),
            plain: Pool::new(connector::plain(&egress, timeouts.connect)),
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
            .pool(&self.egress, limit, certificate, key)?;
        Ok(Channel {
            transport: self,
            own: Some(own),
        })
    }

    /// [`Channel::send`] without a certificate.
    pub async fn send(
        &self,
        mut request: Request<Body>,
    ) -> Result<Response<Answer>, ProviderError> {
        self.send_by(&self.secure, &mut request).await
    }

    /// The request is gone afterwards. It is large, and moving it through every layer costs.
    async fn send_by(
        &self,
        secure: &Pool,
        request: &mut Request<Body>,
    ) -> Result<Response<Answer>, ProviderError> {
        self.egress
            .check(request.uri())
            .map_err(|denied| ProviderError::Egress(denied.0))?;
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(ANYTHING);
        headers.entry(USER_AGENT).or_insert(OURSELVES);
        let is_secure = request.uri().scheme() == Some(&Scheme::HTTPS);
        let pool = if is_secure { secure } else { &self.plain };
        match pool.send(request).await {
            // Nobody here asks for another protocol (RFC 9110 §7.8).
            Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS => Err(broken()),
            Ok(response) => Ok(response),
            Err(fault) => Err(describe(&fault)),
        }
    }

    /// [`Channel::call`] without a certificate.
    pub async fn call(&self, request: Request<Body>) -> Result<(Parts, Bytes), ProviderError> {
        read(self.timeouts.call, self.send(request)).await
    }
}

/// The whole answer, within `limit`.
async fn read(
    limit: Duration,
    sent: impl Future<Output = Result<Response<Answer>, ProviderError>>,
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
    // What stands before an `@` would be sent along, or be lost: with HTTP/2 or without.
    let names_user = !url.username().is_empty() || url.password().is_some();
    let uri = Uri::try_from(url.as_str()).ok().filter(|_| !names_user);
    uri.ok_or_else(|| {
        ProviderError::Refused("the address is not one that can be called".to_owned())
    })
}

/// `host`, with its port where it is not the scheme's own: as it is sent, and as it is signed.
pub fn authority(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let own = match uri.scheme_str() {
        Some("http") => 80,
        _ => 443,
    };
    match uri.port_u16() {
        Some(port) if port != own => format!("{host}:{port}"),
        _ => host,
    }
}
