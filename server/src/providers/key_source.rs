//! Keys of identity providers, by HTTP (RFC 7517; OpenID Connect Discovery 1.0).

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{
    HeaderMap, Request, StatusCode,
    header::{AGE, CACHE_CONTROL},
};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    egress::Egress,
    transport::{Body, Timeouts, Transport, uri},
};
use crate::{
    domain::issuer::Issuer,
    ports::{
        key_source::{KeySet, KeySource, PublicKey},
        provider::ProviderError,
    },
};

/// Somebody waits for their token to be taken.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(3),
    call: Duration::from_secs(5),
    head: Duration::from_secs(5),
};

/// Keys of one issuer that are looked at; the largest publish a dozen.
const MAX_KEYS: usize = 32;

pub struct HttpKeySource {
    transport: Transport,
}

impl HttpKeySource {
    pub fn new(egress: Egress) -> Self {
        Self {
            transport: Transport::new(egress, TIMEOUTS),
        }
    }

    /// Reads JSON of at most a megabyte. A redirect is not followed: it is not the address that was given.
    async fn get<T: DeserializeOwned>(
        &self,
        address: &str,
    ) -> Result<(HeaderMap, T), ProviderError> {
        let url = Url::parse(address).map_err(|_| unfit("its address is no URL"))?;
        let mut request = Request::new(Body::Whole(Bytes::new()));
        *request.uri_mut() = uri(&url)?;
        let (parts, body) = self.transport.call(request).await?;
        if parts.status != StatusCode::OK {
            let status = parts.status.as_u16();
            return Err(unfit(&format!("{address} answered with status {status}")));
        }
        let value = serde_json::from_slice(&body)
            .map_err(|_| unfit(&format!("{address} did not answer with what it should")))?;
        Ok((parts.headers, value))
    }

    async fn discover(&self, issuer: &str) -> Result<String, ProviderError> {
        let base = issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let (_, found) = self.get::<Discovery>(&address).await?;
        if found.issuer == issuer {
            Ok(found.jwks_uri)
        } else {
            Err(unfit(&format!("{address} is of another issuer")))
        }
    }
}

fn unfit(reason: &str) -> ProviderError {
    ProviderError::Unavailable(reason.to_owned())
}

#[async_trait]
impl KeySource for HttpKeySource {
    async fn fetch(&self, issuer: &Issuer) -> Result<KeySet, ProviderError> {
        let asking = async {
            let address = match &issuer.jwks_url {
                Some(address) => address.clone(),
                None => self.discover(&issuer.issuer).await?,
            };
            let (headers, found) = self.get::<Published>(&address).await?;
            Ok(KeySet {
                keys: found.usable(),
                max_age: max_age(&headers),
            })
        };
        let within = tokio::time::timeout(TIMEOUTS.call, asking).await;
        within.unwrap_or_else(|_| Err(super::transport::late()))
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Published {
    fn usable(self) -> Vec<PublicKey> {
        self.keys
            .into_iter()
            .filter(|key| {
                key.kty == "RSA"
                    && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
                    && key
                        .purpose
                        .as_deref()
                        .is_none_or(|purpose| purpose == "sig")
            })
            .filter_map(|key| {
                Some(PublicKey {
                    id: key.kid,
                    n: key.n?,
                    e: key.e?,
                })
            })
            .take(MAX_KEYS)
            .collect()
    }
}

/// `max-age` without the time that caches on the way have kept it. What must not be kept has an age
/// of nothing.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for word in value.to_str().unwrap_or_default().split(',') {
            let word = word.trim().to_ascii_lowercase();
            if matches!(word.as_str(), "no-store" | "no-cache") {
                return Some(Duration::ZERO);
            }
            if let Some(seconds) = word.strip_prefix("max-age=") {
                found = seconds.trim_matches('"').parse::<u64>().ok();
            }
        }
    }
    let age = headers.get(AGE).and_then(|age| age.to_str().ok());
    let age = age.and_then(|age| age.trim().parse().ok()).unwrap_or(0);
    found.map(|seconds| Duration::from_secs(seconds.saturating_sub(age)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_is_what_is_left_of_it() {
        let read = |cache: &str, age: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, cache.parse().unwrap());
            if let Some(age) = age {
                headers.insert(AGE, age.parse().unwrap());
            }
            max_age(&headers).map(|age| age.as_secs())
        };
        assert_eq!(
            read("public, Max-Age=600, must-revalidate", None),
            Some(600)
        );
        assert_eq!(read("max-age=600", Some("500")), Some(100));
        assert_eq!(read("max-age=600", Some("900")), Some(0));
        assert_eq!(read("max-age=600, no-cache", None), Some(0));
        assert_eq!(read("public", None), None);
        assert_eq!(read("max-age=soon", None), None);
    }

    #[test]
    fn only_keys_that_sign_with_rs256_are_kept() {
        let published: Published = serde_json::from_str(
            r#"{"keys":[
                {"kty":"RSA","kid":"a","n":"x","e":"AQAB"},
                {"kty":"RSA","kid":"b","use":"sig","alg":"RS256","n":"x","e":"AQAB"},
                {"kty":"RSA","kid":"c","use":"enc","n":"x","e":"AQAB"},
                {"kty":"RSA","kid":"d","alg":"PS256","n":"x","e":"AQAB"},
                {"kty":"RSA","kid":"e","n":"x"},
                {"kty":"EC","kid":"f","crv":"P-256","x":"x","y":"y"},
                {"kty":"oct","kid":"g","k":"x"}
            ]}"#,
        )
        .unwrap();
        let kept: Vec<_> = published
            .usable()
            .into_iter()
            .filter_map(|key| key.id)
            .collect();
        assert_eq!(kept, ["a", "b"]);
    }
}
