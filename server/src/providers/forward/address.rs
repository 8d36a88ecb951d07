//! Base addresses, and paths below them.

use std::sync::Arc;

use moka::sync::Cache;
use url::Url;

use crate::ports::provider::ProviderError;

/// Base addresses that are kept. One each for a provider without inputs, one each for a customer's
/// own host or path otherwise.
const KEPT: u64 = 4096;

pub struct Addresses {
    known: Cache<String, Arc<Base>>,
}

/// A base address, taken apart once.
pub struct Base {
    /// Without a trailing slash.
    text: String,
    url: Url,
}

impl Addresses {
    pub fn new() -> Self {
        Self {
            known: Cache::new(KEPT),
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
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, url })
    }

    /// The URL of `path_and_query` below this address: percent-encoding and query as they are. A path
    /// that climbs out with `..` is refused; one that looks like an address stays a path.
    pub fn join(&self, path_and_query: &str) -> Result<Url, ProviderError> {
        let rest = path_and_query.strip_prefix('/').unwrap_or(path_and_query);
        let mut text = String::with_capacity(self.text.len() + 1 + rest.len());
        text.push_str(&self.text);
        if !rest.is_empty() && !rest.starts_with('?') {
            text.push('/');
        }
        text.push_str(rest);
        let mut url = Url::parse(&text)
            .map_err(|_| ProviderError::Refused("the path is not one of a URL".to_owned()))?;
        url.set_fragment(None);
        if self.holds(&url) {
            Ok(url)
        } else {
            Err(ProviderError::Egress(
                "a path outside the provider's API".to_owned(),
            ))
        }
    }

    fn holds(&self, url: &Url) -> bool {
        let base = self.url.path().trim_end_matches('/');
        let below = url
            .path()
            .strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below
            && url.scheme() == self.url.scheme()
            && url.host() == self.url.host()
            && url.port() == self.url.port()
            && url.username().is_empty()
            && url.password().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(base: &str, path: &str) -> Option<String> {
        let base = Addresses::new().base(base).unwrap();
        base.join(path).ok().map(String::from)
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
