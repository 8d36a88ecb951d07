//! The egress guard: which addresses Patchbay may call.
//!
//! Every call passes it twice. A literal address in the URL is judged before the call, since a resolver
//! is never asked for it. A name is judged by the addresses that it resolves to, at the moment of
//! connecting, so that a second lookup cannot give another answer.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::domain::address::is_public;

/// A host that may not be called. Prints as the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressDenied(pub String);

impl fmt::Display for EgressDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EgressDenied {}

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
    pub fn check(&self, url: &Url) -> Result<(), EgressDenied> {
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            scheme => return Err(EgressDenied(format!("{scheme}:"))),
        };
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(EgressDenied("no host".to_owned())),
        };
        let own = url
            .port_or_known_default()
            .is_some_and(|port| self.own.contains(&SocketAddr::new(ip.to_canonical(), port)));
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

/// A resolver whose answers have passed the guard.
pub struct GuardedResolver {
    egress: Arc<Egress>,
    plain: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (egress, plain) = (Arc::clone(&self.egress), self.plain);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found
                .filter(|address| egress.permits(address.ip(), plain))
                .collect();
            if kept.is_empty() {
                return Err(EgressDenied(name.as_str().to_owned()).into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
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
            assert!(guard().check(&Url::parse(text).unwrap()).is_err(), "{text}");
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
            assert_eq!(guard().check(&Url::parse(text).unwrap()), Ok(()), "{text}");
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
