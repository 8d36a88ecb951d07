//! Requests that use cookies, or set them, come from Patchbay's own pages only.

use app::contract::{ApiError, ErrorCode};
use axum::http::{HeaderMap, header};
use url::Url;

/// Checks `Sec-Fetch-Site`, and `Origin` where a browser sends only that. A caller that sends
/// neither is no browser, and has no cookies that another page could ride on.
pub fn check(headers: &HeaderMap, public_url: &Url) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let allowed = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some("same-origin" | "none"), _) => true,
        (Some(_), _) => false,
        (None, Some(origin)) => {
            let host = text(header::HOST.as_str()).unwrap_or_default();
            origin == public_url.origin().ascii_serialization()
                || Url::parse(origin).is_ok_and(|url| url.authority() == host && !host.is_empty())
        }
        (None, None) => true,
    };
    if allowed {
        Ok(())
    } else {
        Err(ApiError::new(
            ErrorCode::CrossSite,
            "This request came from another site. Open Patchbay itself and try again.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn verdict(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        check(
            &headers,
            &Url::parse("https://connect.example.com/").unwrap(),
        )
        .is_ok()
    }

    #[test]
    fn only_our_own_pages_pass() {
        assert!(verdict(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://connect.example.com")
        ]));
        assert!(verdict(&[("origin", "https://connect.example.com")]));
        assert!(verdict(&[
            ("origin", "http://127.0.0.1:3000"),
            ("host", "127.0.0.1:3000")
        ]));
        assert!(verdict(&[]));
        assert!(!verdict(&[("sec-fetch-site", "cross-site")]));
        assert!(!verdict(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://connect.example.com")
        ]));
        assert!(!verdict(&[
            ("origin", "https://evil.example.com"),
            ("host", "connect.example.com")
        ]));
        assert!(!verdict(&[
            ("origin", "null"),
            ("host", "connect.example.com")
        ]));
    }
}
