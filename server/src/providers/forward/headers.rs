//! Which headers pass, and which way.

use http::{
    HeaderMap, HeaderName,
    header::{self, HeaderValue},
};

/// What belongs to one connection only (RFC 9110 §7.6.1, with those that predate it).
const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What the caller says to Patchbay, or of itself, and the provider is not to hear.
const OF_CALLER: [&str; 13] = [
    "authorization",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "max-forwards",
    "origin",
    "referer",
    "via",
    "x-real-ip",
    "x-csrf-token",
];

const PREFIXES_OF_CALLER: [&str; 5] = [
    "sec-",
    "x-forwarded-",
    "x-paragon-",
    "x-patchbay-",
    "access-control-",
];

/// What a provider says to a browser of its own site. On Patchbay's origin it would mean something else.
const OF_PROVIDER: [&str; 8] = [
    "alt-svc",
    "clear-site-data",
    "public-key-pins",
    "service-worker-allowed",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "refresh",
];

/// What another origin may see after a redirect.
const FOR_STRANGERS: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::IF_NONE_MATCH,
    header::RANGE,
    header::USER_AGENT,
];

/// The caller's headers, fit for the provider.
pub fn for_provider(headers: HeaderMap) -> HeaderMap {
    keep(headers, |name| {
        !OF_CALLER.contains(&name)
            && !PREFIXES_OF_CALLER
                .iter()
                .any(|prefix| name.starts_with(prefix))
    })
}

/// The provider's headers, fit for the caller.
pub fn for_caller(mut headers: HeaderMap) -> HeaderMap {
    // A length beside a transfer encoding is not the body's (RFC 9112 §6.3).
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    keep(headers, |name| {
        !OF_PROVIDER.contains(&name) && !name.starts_with("access-control-")
    })
}

/// The headers of a call that was redirected to another origin.
pub fn for_strangers(headers: &HeaderMap) -> HeaderMap {
    FOR_STRANGERS
        .iter()
        .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())))
        .filter(|(_, value)| !value.is_sensitive())
        .collect()
}

/// Those that `wanted` keeps, without what belongs to the connection. Few are taken out of most calls,
/// so that is what is done: putting the others into a new map would cost more.
fn keep(mut headers: HeaderMap, wanted: impl Fn(&str) -> bool) -> HeaderMap {
    let named = named_by_connection(&headers);
    let goes = |name: &&HeaderName| {
        let text = name.as_str();
        HOP_BY_HOP.contains(&text) || named.iter().any(|other| other == text) || !wanted(text)
    };
    let gone: Vec<HeaderName> = headers.keys().filter(goes).cloned().collect();
    for name in gone {
        headers.remove(name);
    }
    // Room for what is added on the way: a map that grows is moved.
    headers.reserve(12);
    headers
}

fn named_by_connection(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        map
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_provider_sees_what_the_call_says_and_no_more() {
        let sent = for_provider(map(&[
            ("accept", "a"),
            ("content-type", "text/plain"),
            ("x-custom", "1"),
            ("x-custom", "2"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("keep-alive", "1"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("authorization", "Bearer user"),
            ("cookie", "a=b"),
            ("origin", "https://app.example.com"),
            ("referer", "https://app.example.com/x"),
            ("host", "patchbay"),
            ("content-length", "3"),
            ("x-paragon-credential", "1"),
            ("x-patchbay-trace", "1"),
            ("forwarded", "for=1"),
            ("x-forwarded-for", "1.2.3.4"),
            ("sec-fetch-site", "cross-site"),
        ]));
        assert_eq!(names(&sent), ["accept", "content-type", "x-custom"]);
        assert_eq!(sent.get_all("x-custom").iter().count(), 2);
    }

    #[test]
    fn the_caller_gets_no_cookies_and_no_hop_headers() {
        let got = for_caller(map(&[
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
            ("set-cookie", "a=b"),
            ("transfer-encoding", "chunked"),
            ("connection", "x-internal"),
            ("x-internal", "1"),
            ("access-control-allow-origin", "*"),
            ("clear-site-data", "\"*\""),
            ("retry-after", "5"),
        ]));
        assert_eq!(
            names(&got),
            ["content-encoding", "content-type", "retry-after"]
        );
    }

    #[test]
    fn a_length_beside_a_transfer_encoding_is_not_passed_on() {
        let length = ("content-length", "5");
        let both = map(&[length, ("transfer-encoding", "chunked")]);
        assert!(for_caller(both).is_empty());
        assert_eq!(for_caller(map(&[length])), map(&[length]));
    }
}
