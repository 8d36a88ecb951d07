//! What a provider answers: JSON, a form, text or a page.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, StatusCode,
    header::{CONTENT_TYPE, DATE, RETRY_AFTER, SET_COOKIE},
    response::Parts,
};
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::Value;

use super::redact::Redactor;
use crate::domain::secret::Secret;

/// Longest value that is kept as metadata, in bytes.
const MAX_METADATA: usize = 2048;

/// Longest text that a definition can look into, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Words for "not now", whatever the status.
const NOT_NOW: [&str; 7] = [
    "server_error",
    "temporarily_unavailable",
    "internal_error",
    "internal_server_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
];

/// Words for "not so often", whatever the status.
const TOO_OFTEN: [&str; 4] = [
    "ratelimited",
    "rate_limited",
    "rate_limit_exceeded",
    "slow_down",
];

/// How long whoever answers asks to wait (RFC 9110 §10.2.3): seconds, or a date, which counts from the
/// answer's own `Date`, so that no clock but theirs matters.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let header = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.trim());
    let text = header(RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (date(text)?, date(header(DATE)?)?);
    Duration::try_from(then.duration_since(now)).ok()
}

pub struct Answer {
    pub status: StatusCode,
    /// JSON, or a form as an object of strings.
    pub value: Option<Value>,
    headers: HeaderMap,
    /// Plain text that says something to people.
    text: Option<String>,
    body: Bytes,
}

impl Answer {
    pub fn new((parts, body): (Parts, Bytes)) -> Self {
        let kind = content_type(&parts.headers);
        let value = serde_json::from_slice::<Value>(&body)
            .ok()
            .filter(|value| value.is_object() || value.is_array())
            .or_else(|| form(&kind, &body));
        let text = (value.is_none() && kind == "text/plain")
            .then(|| String::from_utf8_lossy(&body).into_owned());
        Self {
            status: parts.status,
            value,
            headers: parts.headers,
            text,
            body,
        }
    }

    /// The value at a dot-separated path of names and indexes.
    pub fn at(&self, path: &str) -> Option<&Value> {
        at(self.value.as_ref()?, path)
    }

    /// What stands at a place of a definition: a path into JSON, `header:Name`, `cookie:Name`, or
    /// `body:` for the whole text. Never empty.
    pub fn place(&self, place: &str) -> Option<String> {
        let found = if let Some(name) = place.strip_prefix("header:") {
            self.headers.get(name)?.to_str().ok()?.trim().to_owned()
        } else if let Some(name) = place.strip_prefix("cookie:") {
            self.cookie(name)?.to_owned()
        } else if place == "body:" {
            self.body_text().trim().to_owned()
        } else {
            scalar(self.at(place)?)?
        };
        (!found.is_empty()).then_some(found)
    }

    /// A token at a place: of JSON, nothing but text is one.
    pub fn text(&self, place: &str) -> Option<Secret> {
        let found = self.place(place)?;
        let other = self.at(place).is_some_and(|value| !value.is_string());
        (!other).then(|| Secret::new(found))
    }

    /// RFC 6265 §4.1.1.
    fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.headers.get_all(SET_COOKIE).iter();
        set.filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim())
    }

    /// The first 64 kB.
    pub fn body_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body[..self.body.len().min(MAX_TEXT)])
    }

    /// A string, number or boolean at `place`, as text fit for metadata.
    pub fn metadata(&self, place: &str) -> Option<String> {
        self.place(place).filter(|text| {
            !text.is_empty() && text.len() <= MAX_METADATA && !text.contains(char::is_control)
        })
    }

    /// The provider's short word for what went wrong (RFC 6749 §5.2, and others' ways).
    pub fn error_code(&self) -> Option<&str> {
        [
            "error",
            "error.code",
            "error.type",
            "errorCode",
            "code",
            "status",
        ]
        .iter()
        .filter_map(|path| self.at(path)?.as_str())
        .find(|text| !text.is_empty())
    }

    /// Whether it is about the provider's own state: the same call may go well later.
    pub fn says_not_now(&self) -> bool {
        self.has_word(&NOT_NOW)
            || self.says_too_often()
            || self.status == StatusCode::REQUEST_TIMEOUT
            || self.status.is_server_error()
    }

    /// Whether it is about how often the provider was called.
    pub fn says_too_often(&self) -> bool {
        self.has_word(&TOO_OFTEN) || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    fn has_word(&self, words: &[&str]) -> bool {
        self.error_code()
            .is_some_and(|code| words.contains(&code.to_ascii_lowercase().as_str()))
    }

    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers)
    }

    /// What the provider says to people about it.
    pub fn error_text(&self) -> Option<&str> {
        [
            "error_description",
            "message",
            "error.message",
            "errors.0.message",
            "errors.0.detail",
            "errors.0",
            "errorMessages.0",
            "0.message",
            "detail",
            "error",
            "title",
        ]
        .iter()
        .filter_map(|path| self.at(path)?.as_str())
        .chain(self.text.as_deref())
        .find(|text| !text.trim().is_empty())
    }

    /// One line for people: the provider's word and sentence, or the status alone.
    pub fn reason(&self, redactor: &Redactor) -> String {
        let status = || format!("status {}", self.status.as_u16());
        let code = self.at("error").and_then(Value::as_str);
        let said = match (code, self.error_text()) {
            (Some(code), Some(text)) if code != text => Some(format!("{code}: {text}")),
            (_, text) => text.or(self.error_code()).map(str::to_owned),
        };
        said.and_then(|said| redactor.clean(&said))
            .unwrap_or_else(status)
    }
}

/// The value at a dot-separated path. An index picks from an array.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get(part),
        _ => None,
    })
}

pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Media type without parameters, in lower case.
fn content_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// RFC 9110 §5.6.7.
fn date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// A form. Some send one under another media type: it is taken for one when it says something known.
fn form(kind: &str, body: &[u8]) -> Option<Value> {
    let begins = |starts: &[&str]| {
        starts
            .iter()
            .any(|start| body.starts_with(start.as_bytes()))
    };
    // RFC 5849 §2.1; some call it a page.
    let oauth1 = begins(&["oauth_token=", "oauth_token_secret="]);
    let known = oauth1 || (begins(&["access_token=", "error="]) && kind != "text/html");
    if kind != "application/x-www-form-urlencoded" && !known {
        return None;
    }
    let fields = url::form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    Some(Value::Object(fields.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, body: &str) -> Answer {
        let (parts, ()) = http::Response::builder()
            .status(400)
            .header(CONTENT_TYPE, kind)
            .body(())
            .unwrap()
            .into_parts();
        Answer::new((parts, Bytes::from(body.to_owned())))
    }

    #[test]
    fn reasons_are_found_where_providers_put_them() {
        let cases = [
            (
                "application/json",
                r#"{"error":"invalid_client","error_description":"No such client"}"#,
                "invalid_client: No such client",
            ),
            (
                "application/json",
                r#"{"error":{"code":"x","message":"Invalid API Key"}}"#,
                "Invalid API Key",
            ),
            (
                "application/json",
                r#"{"errors":[{"message":"Not allowed","field":null}]}"#,
                "Not allowed",
            ),
            (
                "application/json",
                r#"{"code":20003,"message":"Authenticate"}"#,
                "Authenticate",
            ),
            (
                "application/json",
                r#"{"ok":false,"error":"invalid_auth"}"#,
                "invalid_auth",
            ),
            (
                "application/json",
                r#"[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]"#,
                "Session expired",
            ),
            ("application/json", r#"{"detail":"Nope"}"#, "Nope"),
            (
                "application/x-www-form-urlencoded",
                "error=bad_code&error_description=The+code+is+wrong",
                "bad_code: The code is wrong",
            ),
            ("text/plain", "go away", "go away"),
            ("text/html", "<h1>go away</h1>", "status 400"),
            ("application/json", "{", "status 400"),
            ("application/json", "{}", "status 400"),
        ];
        for (kind, body, expected) in cases {
            assert_eq!(
                answer(kind, body).reason(&Redactor::default()),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn paths_pick_from_objects_and_arrays() {
        let answer = answer(
            "application/json",
            r#"[{"id":7,"sites":[{"url":"u"}],"long":"\u0007"}]"#,
        );
        assert_eq!(answer.metadata("0.id").as_deref(), Some("7"));
        assert_eq!(answer.metadata("0.sites.0.url").as_deref(), Some("u"));
        assert_eq!(answer.metadata("0.sites.1.url"), None);
        assert_eq!(
            answer.metadata("0.long"),
            None,
            "control characters are not kept"
        );
        assert_eq!(answer.metadata("id"), None);
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let wait = |retry_after: &str, date: Option<&str>| {
            let mut builder = http::Response::builder()
                .status(429)
                .header(RETRY_AFTER, retry_after);
            if let Some(date) = date {
                builder = builder.header(DATE, date);
            }
            let (parts, ()) = builder.body(()).unwrap().into_parts();
            Answer::new((parts, Bytes::new())).retry_after()
        };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let now = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(wait("120", None), seconds(120));
        assert_eq!(wait("Wed, 21 Oct 2015 07:29:30 GMT", now), seconds(90));
        assert_eq!(wait("Wed, 21 Oct 2015 07:29:30 GMT", None), None);
        assert_eq!(wait("Wed, 21 Oct 2015 07:27:30 GMT", now), None);
        assert_eq!(wait("-5", now), None);
        assert_eq!(wait("soon", now), None);
    }
}
