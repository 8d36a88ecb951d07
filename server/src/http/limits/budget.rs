//! What a limit leaves, and how an answer tells it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bytes::BytesMut;

use super::WINDOW;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What is left to the caller by the limit that leaves least.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    pub name: &'static str,
    pub rate: u32,
    pub left: u32,
    /// Seconds to wait, where nothing is left.
    pub wait: Option<u64>,
}

impl Budget {
    /// The one that leaves less, in proportion.
    pub fn tighter(self, other: Self) -> Self {
        // Crosswise, so that nothing is divided.
        let weigh = |budget: &Self, by: &Self| u64::from(budget.left) * u64::from(by.rate);
        if weigh(&other, &self) < weigh(&self, &other) {
            other
        } else {
            self
        }
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 §3, §4), and
    /// `Retry-After` (RFC 9110 §10.2.3) where there is none left.
    pub fn write(&self, headers: &mut HeaderMap) {
        let (name, rate, left) = (self.name, self.rate, self.left);
        let burst = rate.saturating_mul(WINDOW);
        let until_full = (burst - left.min(burst)).div_ceil(rate);
        headers.insert(POLICY, item(name, [(";q=", burst), (";w=", WINDOW)]));
        headers.insert(LIMIT, item(name, [(";r=", left), (";t=", until_full)]));
        if let Some(wait) = self.wait {
            headers.insert(header::RETRY_AFTER, wait.into());
        }
    }
}

/// A name with two numbers (RFC 9651 §3.1.2). Every answer carries two of these: written by hand they
/// take a fifth of what `format!` takes.
fn item(name: &'static str, parameters: [(&'static str, u32); 2]) -> HeaderValue {
    let mut text = BytesMut::with_capacity(64);
    text.extend_from_slice(b"\"");
    text.extend_from_slice(name.as_bytes());
    text.extend_from_slice(b"\"");
    for (key, number) in parameters {
        text.extend_from_slice(key.as_bytes());
        text.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
    HeaderValue::from_maybe_shared(text.freeze()).expect("letters, digits and signs of ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_is_left_and_when_there_is_more() {
        let mut headers = HeaderMap::new();
        let ample = Budget {
            name: "project",
            rate: 100,
            left: 900,
            wait: None,
        };
        let over = Budget {
            name: "user",
            rate: 5,
            left: 0,
            wait: Some(2),
        };
        ample.tighter(over).write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"user\";q=50;w=10");
        assert_eq!(headers["ratelimit"], "\"user\";r=0;t=10");
        assert_eq!(headers["retry-after"], "2");
        headers.clear();
        ample.write(&mut headers);
        assert_eq!(headers["ratelimit"], "\"project\";r=900;t=1");
        assert!(!headers.contains_key("retry-after"));
    }
}
