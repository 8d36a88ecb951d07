//! Base addresses, and paths below them.

use std::sync::Arc;

use ahash::RandomState;
use bytes::Bytes;
use http::{
    Uri,
    uri::{Parts, PathAndQuery},
};
use moka::sync::Cache;
use url::{Position, Url};

use crate::{ports::provider::ProviderError, providers::transport::uri};

/// Base addresses that are kept. One each for a provider without inputs, one each for a customer's
/// own host or path otherwise.
const KEPT: u64 = 4096;

pub struct Addresses {
    known: Cache<String, Arc<Base>, RandomState>,
}

/// A base address, taken apart once.
pub struct Base {
    url: Url,
    uri: Uri,
}

impl Addresses {
    pub fn new() -> Self {
        Self {
            known: Cache::builder()
                .max_capacity(KEPT)
                .build_with_hasher(RandomState::new()),
        }
    }

    pub fn base(&self, text: &str) -> Result<Arc<Base>, ProviderError> {
        if let Some(base) = self.known.get(text) {
            return Ok(base);
        }
        let base = Arc::new(Base::new(text)?);
        self.known.insert(text.to_owned(), Arc::clone(&base));
        Ok(base)
    }
}

impl Base {
    fn new(text: &str) -> Result<Self, ProviderError> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| url.has_host() && url.query().is_none() && url.fragment().is_none())
            .ok_or_else(|| {
                ProviderError::Refused(
                    "the provider's address does not come out as a URL".to_owned(),
                )
            })?;
        let uri = uri(&url)?;
        Ok(Self { url, uri })
    }

    /// Without a trailing slash.
    fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The URL of `path_and_query` below this address: percent-encoding and query as they are. A path
    /// that climbs out with `..` is refused; one that looks like an address stays a path.
    pub fn join(&self, path_and_query: &str) -> Result<Uri, ProviderError> {
        let rest = path_and_query.strip_prefix('/').unwrap_or(path_and_query);
        let base = self.path();
        let mut text = String::with_capacity(base.len() + 1 + rest.len());
        text.push_str(base);
        if base.is_empty() || !(rest.is_empty() || rest.starts_with('?')) {
            text.push('/');
        }
        text.push_str(rest);
        if !is_settled(rest) {
            text = self.settle(&text)?;
        }
        let mut parts = Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = self.uri.authority().cloned();
        let path = PathAndQuery::from_maybe_shared(Bytes::from(text)).map_err(|_| no_path())?;
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| no_path())
    }

    /// Path and query in the spelling of the URL standard, dot segments taken out.
    fn settle(&self, text: &str) -> Result<String, ProviderError> {
        let origin = &self.url[..Position::BeforePath];
        let url = Url::parse(&format!("{origin}{text}")).map_err(|_| no_path())?;
        if self.holds(&url) {
            Ok(url[Position::BeforePath..Position::AfterQuery].to_owned())
        } else {
            Err(ProviderError::Egress(
                "a path outside the provider's API".to_owned(),
            ))
        }
    }

    fn holds(&self, url: &Url) -> bool {
        let below = url
            .path()
            .strip_prefix(self.path())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below
            && url.scheme() == self.url.scheme()
            && url.host() == self.url.host()
            && url.port() == self.url.port()
            && url.username().is_empty()
            && url.password().is_none()
    }
}

/// Whether the URL standard leaves it as it is: no character that it encodes or takes for another, and
/// nothing that it could read as a dot segment.
fn is_settled(path_and_query: &str) -> bool {
    let bytes = path_and_query.as_bytes();
    let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&()*+,;=:@/%?".contains(byte);
    let escapes_a_dot = |part: &[u8]| part.eq_ignore_ascii_case(b"%2e");
    bytes.iter().all(kept)
        && !bytes.starts_with(b".")
        && !bytes.windows(2).any(|pair| pair == b"/.")
        && !bytes.windows(3).any(escapes_a_dot)
}

fn no_path() -> ProviderError {
    ProviderError::Refused("the path is not one of a URL".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, path: &str) -> Option<String> {
        let base = Addresses::new().base(base).unwrap();
        base.join(path).ok().map(|uri| uri.to_string())
    }

    #[test]
    fn paths_and_queries_stay_as_they_are() {
        let cases = [
            ("https://a.com/v1", "me", "https://a.com/v1/me"),
            ("https://a.com/v1/", "/me", "https://a.com/v1/me"),
            ("https://a.com", "", "https://a.com/"),
            ("https://a.com/v1", "?a=b", "https://a.com/v1?a=b"),
            (
                "https://a.com",
                "x%2Fy%20z//w/?q=1+2&r=%2B&s",
                "https://a.com/x%2Fy%20z//w/?q=1+2&r=%2B&s",
            ),
            ("https://a.com", "x#y", "https://a.com/x"),
        ];
        for (base, path, expected) in cases {
            assert_eq!(join(base, path).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn the_short_way_ends_where_the_long_way_does() {
        let base = Base::new("https://a.com/v1").unwrap();
        for byte in 0..=127_u8 {
            let text = format!("x{0}y/{0}/z?q{0}={0}", char::from(byte));
            if is_settled(&text) {
                let long = base.settle(&format!("/v1/{text}")).unwrap();
                assert_eq!(long, format!("/v1/{text}"));
            }
        }
        for text in [".", "..", "./x", "x/.", "x/../y", "%2e%2E/x", "x/%2E"] {
            assert!(!is_settled(text), "{text}");
        }
    }

    #[test]
    fn no_path_leaves_the_host() {
        for path in [
            "//evil.com/x",
            "https://evil.com/",
            "@evil.com",
            ":8080/",
            "\\\\evil.com",
            ".evil.com",
            "/\t/evil.com",
        ] {
            let url = join("https://a.com", path).unwrap();
            assert!(url.starts_with("https://a.com/"), "{path} became {url}");
        }
    }

    #[test]
    fn no_path_climbs_out_of_the_base() {
        for path in ["..", "../v2", "%2e%2e/v2", "x/../../v2", "..\\v2", ".%2E/"] {
            assert_eq!(join("https://a.com/v1", path), None, "{path}");
        }
        assert_eq!(
            join("https://a.com/v1", "x/../y").as_deref(),
            Some("https://a.com/v1/y")
        );
        assert_eq!(join("https://a.com/v1", "../v11"), None);
    }
}
