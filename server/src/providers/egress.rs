//! The egress guard: which addresses Patchbay may call.
//!
//! A literal address is judged before each call and again before it is connected to, since a resolver
//! is never asked for it. A name is judged by the addresses that it resolves to, at the moment of
//! connecting, so that a second lookup cannot give another answer.

use std::{
    error::Error,
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use http::Uri;
use hyper_util::client::legacy::connect::dns::Name;
use ipnet::IpNet;
use tower::Service;

use crate::domain::address::is_public;

/// A host that may not be called. Prints as the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressDenied(pub String);

impl fmt::Display for EgressDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for EgressDenied {}

/// Public addresses over https, and what the operator allows over https and http.
#[derive(Clone, Debug, Default)]
pub struct Egress {
    allow: Vec<IpNet>,
    own: Vec<SocketAddr>,
}

impl Egress {
    /// `allow`: networks to call although they are not public. `own`: where Patchbay itself listens,
    /// for its Sandbox.
    pub fn new(allow: Vec<IpNet>, own: Vec<SocketAddr>) -> Self {
        Self { allow, own }
    }

    /// Judges scheme and literal address. A name passes: [`Egress::resolver`] judges it.
    pub fn check(&self, uri: &Uri) -> Result<(), EgressDenied> {
        let (plain, default_port) = match uri.scheme_str() {
            Some("https") => (false, 443),
            Some("http") => (true, 80),
            scheme => return Err(EgressDenied(format!("{}:", scheme.unwrap_or_default()))),
        };
        let Some(host) = uri.host().filter(|host| !host.is_empty()) else {
            return Err(EgressDenied("no host".to_owned()));
        };
        let Some(ip) = literal(host) else {
            return Ok(());
        };
        let port = uri.port_u16().unwrap_or(default_port);
        let own = self.own.contains(&SocketAddr::new(ip.to_canonical(), port));
        if own || self.permits(ip, plain) {
            Ok(())
        } else {
            Err(EgressDenied(ip.to_string()))
        }
    }

    /// Looks names up and keeps the addresses that may be called. `plain`: for http, where only the
    /// operator's networks are left.
    pub fn resolver(self: &Arc<Self>, plain: bool) -> GuardedResolver {
        GuardedResolver {
            egress: Arc::clone(self),
            plain,
        }
    }

    fn permits(&self, ip: IpAddr, plain: bool) -> bool {
        let canonical = ip.to_canonical();
        let allowed = self.allow.iter().any(|net| net.contains(&canonical));
        allowed || (!plain && is_public(ip))
    }
}

/// The address that a host spells out. Any other spelling is a name, and goes to the resolver.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// A resolver whose answers have passed the guard.
#[derive(Clone)]
pub struct GuardedResolver {
    egress: Arc<Egress>,
    plain: bool,
}

type Found = vec::IntoIter<SocketAddr>;
type Fault = Box<dyn Error + Send + Sync>;

impl GuardedResolver {
    async fn resolve(self, name: Name) -> Result<Found, Fault> {
        let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
        let kept: Vec<SocketAddr> = found
            .filter(|address| self.egress.permits(address.ip(), self.plain))
            .collect();
        if kept.is_empty() {
            return Err(EgressDenied(name.as_str().to_owned()).into());
        }
        Ok(kept.into_iter())
    }
}

impl Service<Name> for GuardedResolver {
    type Response = Found;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Found, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(self.clone().resolve(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Egress {
        Egress::new(
            vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()],
            vec!["127.0.0.1:3000".parse().unwrap()],
        )
    }

    /// A URL as it goes out: in the one spelling that the URL standard leaves.
    fn judge(text: &str) -> Result<(), EgressDenied> {
        let url = url::Url::parse(text).unwrap();
        match Uri::try_from(url.as_str()) {
            Ok(uri) => guard().check(&uri),
            Err(_) => Err(EgressDenied(url.scheme().to_owned())),
        }
    }

    #[test]
    fn literals_are_judged_in_every_spelling() {
        let refused = [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.2.0.1/",
            "https://192.168.0.1/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://0/",
            "http://1.1.1.1/",
            "http://127.0.0.1:3001/",
            "http://127.0.0.2:3000/",
            "ftp://1.1.1.1/",
            "file:///etc/passwd",
        ];
        for text in refused {
            assert!(judge(text).is_err(), "{text}");
        }
    }

    #[test]
    fn public_allowed_and_own_addresses_pass() {
        let passed = [
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/",
            "https://[64:ff9b::808:808]/",
            "https://10.1.2.3/",
            "http://10.1.2.3:9400/",
            "http://[::ffff:10.1.2.3]/",
            "http://[fd00::1]/",
            "http://127.0.0.1:3000/sandbox",
            "https://api.example.com/",
        ];
        for text in passed {
            assert_eq!(judge(text), Ok(()), "{text}");
        }
    }

    async fn resolve(egress: Egress, plain: bool) -> Result<usize, String> {
        let resolver = Arc::new(egress).resolver(plain);
        match resolver.resolve("localhost".parse().unwrap()).await {
            Ok(found) => Ok(found.count()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn a_name_is_judged_by_its_addresses() {
        assert_eq!(resolve(guard(), false).await, Err("localhost".to_owned()));
        assert_eq!(resolve(guard(), true).await, Err("localhost".to_owned()));
        let loopback = Egress::new(
            vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            Vec::new(),
        );
        assert!(resolve(loopback, true).await.unwrap() > 0);
    }
}
