//! `{"output": …}` around an answer, for SDKs that read nothing else.
//!
//! The answer passes as it arrives. What is JSON stays as it is; text becomes a JSON string.

use std::io;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::BodyExt;

use super::body::auto;
use crate::{
    http::sdk::caller,
    ports::provider::{AnswerBody, Incoming},
};

/// The first version that takes an answer as it is.
const TAKES_RAW: (u32, u32) = (2, 3);
const RAW: HeaderName = HeaderName::from_static("x-paragon-use-raw-response");
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Whether the caller wants the wrapper: it says so, or it is an older SDK. Those write `auto` as the
/// content type, and the oldest do not tell their version.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let said = headers.get(&RAW).and_then(|value| value.to_str().ok());
    match said.map(str::trim) {
        Some("0" | "false") => true,
        Some(_) => false,
        None => match caller::sdk_version(headers) {
            Some(version) => version < TAKES_RAW,
            None => auto(headers).is_some(),
        },
    }
}

/// Nothing can be put around compressed bytes.
pub fn ask_plain(headers: &mut HeaderMap) {
    headers.insert(header::ACCEPT_ENCODING, IDENTITY);
}

/// The answer with the wrapper around it. An error stays as it is: SDKs read its members. So does what
/// has no body, is compressed all the same, or is neither JSON nor text.
pub fn wrap(method: &Method, incoming: Incoming) -> (HeaderMap, Body) {
    let Incoming {
        status,
        mut headers,
        body,
    } = incoming;
    let Some(kind) = kind(method, status, &headers) else {
        return (headers, Body::new(body));
    };
    for name in [header::CONTENT_LENGTH, header::ETAG, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    headers.insert(header::CONTENT_TYPE, JSON);
    (headers, around(body, Wrapper::new(kind)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Text,
}

fn kind(method: &Method, status: StatusCode, headers: &HeaderMap) -> Option<Kind> {
    let has_body = !matches!(
        status,
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::PARTIAL_CONTENT
    );
    let is_plain = headers
        .get(header::CONTENT_ENCODING)
        .is_none_or(|value| *value == IDENTITY);
    if *method == Method::HEAD || !status.is_success() || !has_body || !is_plain {
        return None;
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Some(Kind::Text);
    };
    let essence = value.to_str().ok()?.split(';').next()?.trim();
    let essence = essence.to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        Some(Kind::Json)
    } else if essence.starts_with("text/")
        || essence.ends_with("xml")
        || essence == "application/x-www-form-urlencoded"
        || essence == "application/x-ndjson"
    {
        Some(Kind::Text)
    } else {
        None
    }
}

fn around(body: AnswerBody, mut wrapper: Wrapper) -> Body {
    let chunks = body.into_data_stream().map(|chunk| chunk.map(Some));
    let ended = stream::once(async { Ok::<_, io::Error>(None) });
    Body::from_stream(chunks.chain(ended).map(move |step| {
        step.map(|chunk| match chunk {
            Some(bytes) => wrapper.feed(bytes),
            None => wrapper.end(),
        })
    }))
}

/// Puts out, chunk by chunk, what goes around and between.
struct Wrapper {
    kind: Kind,
    begun: bool,
    /// The first bytes of a character that the last chunk did not finish: three at most.
    rest: Vec<u8>,
}

impl Wrapper {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            begun: false,
            rest: Vec::new(),
        }
    }

    fn feed(&mut self, bytes: Bytes) -> Bytes {
        match self.kind {
            Kind::Json => self.json(bytes),
            Kind::Text => {
                let mut out = self.opening();
                self.text(&bytes, &mut out);
                out.into()
            }
        }
    }

    fn end(&mut self) -> Bytes {
        match self.kind {
            Kind::Json if !self.begun => Bytes::from_static(br#"{"output":null}"#),
            Kind::Json => Bytes::from_static(b"}"),
            Kind::Text => {
                let mut out = self.opening();
                if !self.rest.is_empty() {
                    out.extend_from_slice("\u{fffd}".as_bytes());
                }
                out.extend_from_slice(b"\"}");
                out.into()
            }
        }
    }

    fn json(&mut self, bytes: Bytes) -> Bytes {
        if self.begun {
            return bytes;
        }
        let bytes = bytes.strip_prefix(BOM).unwrap_or(&bytes).trim_ascii_start();
        if bytes.is_empty() {
            return Bytes::new();
        }
        self.begun = true;
        [br#"{"output":"#, bytes].concat().into()
    }

    fn opening(&mut self) -> Vec<u8> {
        if std::mem::replace(&mut self.begun, true) {
            Vec::new()
        } else {
            br#"{"output":""#.to_vec()
        }
    }

    /// Bytes that are no UTF-8 become U+FFFD.
    fn text(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let joined;
        let bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(&mut self.rest).as_slice(), bytes].concat();
            &joined
        };
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            escape(chunk.valid(), out);
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                continue;
            }
            let is_last = chunks.peek().is_none();
            let may_go_on =
                std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_last && may_go_on {
                self.rest = invalid.to_vec();
            } else {
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
    }
}

/// The inside of a JSON string.
fn escape(text: &str, out: &mut Vec<u8>) {
    let quoted = serde_json::to_string(text).expect("a string is JSON");
    out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(kind: Kind, chunks: &[&[u8]]) -> Vec<u8> {
        let mut wrapper = Wrapper::new(kind);
        let mut out: Vec<u8> = Vec::new();
        for chunk in chunks {
            out.extend_from_slice(&wrapper.feed(Bytes::copy_from_slice(chunk)));
        }
        out.extend_from_slice(&wrapper.end());
        out
    }

    fn output(kind: Kind, chunks: &[&[u8]]) -> serde_json::Value {
        let mut value: serde_json::Value = serde_json::from_slice(&wrapped(kind, chunks)).unwrap();
        value["output"].take()
    }

    #[test]
    fn json_stays_as_it_is() {
        let out = wrapped(Kind::Json, &[b"{\"a\":1.", b"50, \"b\":[]}"]);
        assert_eq!(out, br#"{"output":{"a":1.50, "b":[]}}"#);
        assert_eq!(output(Kind::Json, &[b"\xef\xbb\xbf 1"]), 1);
        assert!(output(Kind::Json, &[]).is_null());
        assert!(output(Kind::Json, &[b" \n", b""]).is_null());
    }

    #[test]
    fn text_is_the_same_however_it_is_cut() {
        let text = "a\"\\\n\u{0} \u{e9}\u{20ac}\u{1f600} </script>\u{2028}";
        for size in 1..=text.len() {
            let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert_eq!(output(Kind::Text, &chunks), text, "{size}");
        }
        assert_eq!(output(Kind::Text, &[]), "");
    }

    #[test]
    fn what_is_no_text_is_marked_and_nothing_is_lost_behind_it() {
        assert_eq!(output(Kind::Text, &[b"a\xff", b"b"]), "a\u{fffd}b");
        assert_eq!(output(Kind::Text, &[b"a\xe2\x82"]), "a\u{fffd}");
        assert_eq!(output(Kind::Text, &[b"a\xe2\x82", b"b"]), "a\u{fffd}b");
    }

    #[test]
    fn only_those_who_need_it_get_the_wrapper() {
        let wanted = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_wanted(&headers)
        };
        let (version, raw) = ("x-paragon-sdk-version", "x-paragon-use-raw-response");
        assert!(wanted(&[("content-type", "auto")]));
        assert!(wanted(&[("content-type", "auto, text/csv")]));
        assert!(wanted(&[
            (version, "2.2.4-experimental.2"),
            ("content-type", "text/csv")
        ]));
        assert!(!wanted(&[(version, "2.4.0"), ("content-type", "auto")]));
        assert!(!wanted(&[("content-type", "application/json")]) && !wanted(&[]));
        assert!(wanted(&[(raw, "false")]) && wanted(&[(raw, "0"), (version, "2.4.0")]));
        assert!(!wanted(&[(raw, "true"), ("content-type", "auto")]));
    }

    #[test]
    fn errors_and_answers_without_text_stay_as_they_are() {
        let of = |status: u16, content_type: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = content_type {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            }
            let status = StatusCode::from_u16(status).unwrap();
            kind(&Method::GET, status, &headers)
        };
        assert_eq!(
            of(200, Some("application/json; charset=utf-8")),
            Some(Kind::Json)
        );
        assert_eq!(of(201, Some("application/problem+JSON")), Some(Kind::Json));
        assert_eq!(of(200, Some("text/html")), Some(Kind::Text));
        assert_eq!(of(200, None), Some(Kind::Text));
        assert_eq!(of(200, Some("image/png")), None);
        assert_eq!(of(204, Some("application/json")), None);
        assert_eq!(of(422, Some("application/json")), None);
    }
}
