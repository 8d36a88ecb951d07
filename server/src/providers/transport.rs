//! The HTTP client that all calls share, behind the egress guard.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, ClientBuilder, Request, Response};

use super::egress::{Egress, EgressDenied};
use crate::ports::provider::ProviderError;

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

/// Connections that are kept open to one host.
const IDLE_PER_HOST: usize = 128;

pub struct Transport {
    egress: Arc<Egress>,
    secure: Client,
    plain: Client,
    pub timeouts: Timeouts,
}

impl Transport {
    /// Fails when the TLS library does not start.
    pub fn new(egress: Egress, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        let egress = Arc::new(egress);
        let base = |plain| builder(timeouts).dns_resolver(egress.resolver(plain));
        // A machine without root certificates still reaches what is plain http.
        let secure = base(false)
            .https_only(true)
            .build()
            .or_else(|_| base(false).https_only(true).tls_certs_only([]).build())?;
        let plain = base(true).tls_certs_only([]).build()?;
        Ok(Self {
            egress,
            secure,
            plain,
            timeouts,
        })
    }

    /// Sends a request that the guard lets pass. Redirects are handed back, not followed.
    pub async fn send(&self, request: Request) -> Result<Response, ProviderError> {
        self.egress
            .check(request.url())
            .map_err(|denied| ProviderError::Egress(denied.0))?;
        let client = if request.url().scheme() == "https" {
            &self.secure
        } else {
            &self.plain
        };
        client
            .execute(request)
            .await
            .map_err(|error| describe(&error))
    }

    /// Sends, within the time of a call, and reads the answer up to [`MAX_ANSWER`].
    pub async fn call(
        &self,
        mut request: Request,
    ) -> Result<(http::response::Parts, Bytes), ProviderError> {
        *request.timeout_mut() = Some(self.timeouts.call);
        let mut response = self.send(request).await?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| describe(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(ProviderError::Unavailable(
                    "its answer is longer than 1 MiB".to_owned(),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        let (mut parts, ()) = http::Response::new(()).into_parts();
        parts.status = response.status();
        parts.headers = std::mem::take(response.headers_mut());
        Ok((parts, body.freeze()))
    }
}

fn builder(timeouts: Timeouts) -> ClientBuilder {
    // A proxy named in the environment would connect in Patchbay's stead, past the guard.
    Client::builder()
        .no_proxy()
        .user_agent(concat!(
            "Patchbay/",
            env!("CARGO_PKG_VERSION_MAJOR"),
            ".",
            env!("CARGO_PKG_VERSION_MINOR")
        ))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(60))
}

/// The fault without its URL, which may hold a key.
pub fn describe(error: &reqwest::Error) -> ProviderError {
    let mut cause: &(dyn Error + 'static) = error;
    loop {
        if let Some(EgressDenied(host)) = cause.downcast_ref() {
            return ProviderError::Egress(host.clone());
        }
        match cause.source() {
            Some(source) => cause = source,
            None => break,
        }
    }
    let message = if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        format!("no connection ({cause})")
    } else {
        "the connection broke off".to_owned()
    };
    ProviderError::Unavailable(message)
}
