//! Connecting: nothing is dialled that the guard refuses, and nothing for longer than it may take.

use std::{io, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use http::Uri;
use hyper::rt::{Read, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore,
    client::WantsClientCert,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use rustls_platform_verifier::BuilderVerifierExt;
use tower::{Service, ServiceExt};

use super::pool::Dial;
use crate::providers::egress::{Egress, GuardedResolver};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub type Plain = Guarded<HttpConnector<GuardedResolver>>;
pub type Secure = Guarded<HttpsConnector<HttpConnector<GuardedResolver>>>;

/// Bytes both ways.
pub trait Stream: Read + Write + Send + Unpin {}

impl<S: Read + Write + Send + Unpin> Stream for S {}

/// A connection before its first call.
pub struct Wire {
    pub stream: Box<dyn Stream>,
    /// As agreed on in TLS (RFC 9113 §3.2).
    pub is_http2: bool,
}

/// How long a peer may be silent before the system asks whether it is there.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// Between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(15);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long bytes that were sent may stay unacknowledged.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// A connector that asks the guard about literal addresses; its resolver asks about names.
pub struct Guarded<C> {
    egress: Arc<Egress>,
    inner: C,
    /// For name, connection and TLS together.
    limit: Duration,
}

/// For `http:` alone.
pub fn plain(egress: &Arc<Egress>, limit: Duration) -> Plain {
    Guarded {
        egress: Arc::clone(egress),
        inner: tcp(egress.resolver(true), limit),
        limit,
    }
}

/// For `https:` alone, HTTP/2 where the server speaks it.
pub fn secure(egress: &Arc<Egress>, limit: Duration) -> Secure {
    secure_by(tls(), egress, limit)
}

/// The same, by another way to shake hands.
pub fn secure_by(tls: ClientConfig, egress: &Arc<Egress>, limit: Duration) -> Secure {
    let mut tcp = tcp(egress.resolver(false), limit);
    tcp.enforce_http(false);
    let inner = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_only()
        .enable_all_versions()
        .wrap_connector(tcp);
    Guarded {
        egress: Arc::clone(egress),
        inner,
        limit,
    }
}

fn tcp(resolver: GuardedResolver, limit: Duration) -> HttpConnector<GuardedResolver> {
    let mut connector = HttpConnector::new_with_resolver(resolver);
    connector.set_connect_timeout(Some(limit));
    connector.set_nodelay(true);
    connector.set_keepalive(Some(KEEPALIVE));
    connector.set_keepalive_interval(Some(KEEPALIVE_INTERVAL));
    connector.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
    #[cfg(target_os = "linux")]
    connector.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    connector
}

/// For servers that ask for no certificate.
fn tls() -> ClientConfig {
    trusting().with_no_client_auth()
}

/// For servers that ask for one. It fails where the key is not the certificate's.
pub fn tls_showing(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ClientConfig, rustls::Error> {
    trusting().with_client_auth_cert(chain, key)
}

/// The machine's own root certificates. One without any still reaches what is plain http.
fn trusting() -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let builder = ClientConfig::builder();
    builder
        .with_platform_verifier()
        .unwrap_or_else(|_| ClientConfig::builder().with_root_certificates(RootCertStore::empty()))
}

impl<C> Dial for Guarded<C>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Stream + Connection + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send,
{
    fn dial<'a>(&'a self, uri: &'a Uri) -> BoxFuture<'a, Result<Wire, BoxError>> {
        Box::pin(async move {
            self.egress.check(uri)?;
            let connecting = self.inner.clone().oneshot(uri.clone());
            match tokio::time::timeout(self.limit, connecting).await {
                Ok(Ok(stream)) => Ok(Wire {
                    is_http2: stream.connected().is_negotiated_h2(),
                    stream: Box::new(stream),
                }),
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::net::TcpListener;

    use super::*;
    use crate::providers::egress::EgressDenied;

    const LIMIT: Duration = Duration::from_secs(2);

    async fn connects(connector: Plain, at: SocketAddr) -> Result<(), BoxError> {
        let uri = Uri::try_from(format!("http://{at}/")).unwrap();
        connector.dial(&uri).await.map(drop)
    }

    #[tokio::test]
    async fn an_address_that_is_refused_is_not_dialled() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let refused = connects(plain(&Arc::new(Egress::default()), LIMIT), at).await;
        assert!(refused.unwrap_err().is::<EgressDenied>());

        let own = Arc::new(Egress::new(Vec::new(), vec![at]));
        connects(plain(&own, LIMIT), at).await.unwrap();
        listener.accept().await.unwrap();
        let second = futures::future::poll_immediate(listener.accept()).await;
        assert!(second.is_none(), "only the second call reached it");
    }
}
