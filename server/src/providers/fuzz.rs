//! What holds for anything that a provider answers and a caller sends.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::{
    answer::Answer,
    forward::fuzz::{base, for_caller, for_provider},
    redact::Redactor,
    token::{Grant, read},
};
use crate::{
    domain::{
        Timestamp,
        definition::{Definition, Rules},
        secret::Secret,
    },
    ports::provider::ProviderError,
};

const DEFINITION: &str = r#"
slug = "any"
name = "Any"
category = "CRM"
api_base_url = "https://api.any.example"
[[auth]]
type = "oauth2_authorization_code"
authorization_url = "https://any.example/authorize"
token_url = "https://any.example/token"
client_auth = "basic"
[auth.token_response]
access_token = "data.0.token"
metadata = { site = "header:location" }
[[auth.errors]]
contains = "over"
means = "grant_refused"
"#;

/// What was sent, and must not come back.
const SENT: &str = "a-secret-that-was-sent";

/// The first byte chooses the status, the second the kind of answer; the rest is the body.
pub fn token_answer(data: &[u8]) {
    let [status, kind, body @ ..] = data else {
        return;
    };
    let kinds = [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/html",
    ];
    let response = Response::builder()
        .status(100 + u16::from(*status) * 2)
        .header("content-type", kinds[usize::from(*kind) % kinds.len()])
        .header(
            "location",
            HeaderValue::from_bytes(body).unwrap_or(HeaderValue::from_static("-")),
        );
    let Ok(response) = response.body(()) else {
        return;
    };
    let answer = Answer::new((response.into_parts().0, Bytes::copy_from_slice(body)));
    let definition = Definition::parse("any.toml", DEFINITION, &Rules::default());
    let definition = definition.expect("the definition is in order");
    let auth = definition.default_auth();
    let tokens = auth.kind.tokens().expect("it has tokens");
    let now = Timestamp::UNIX_EPOCH;
    if let Some(set) = read::token_set(tokens, &answer, now) {
        assert!(!set.access_token.expose().is_empty());
        assert!(set.metadata.values().all(|value| !value.contains('\n')));
    }
    let redactor = Redactor::new([&Secret::new(SENT)]);
    for grant in [Grant::First, Grant::Refresh, Grant::Again] {
        let error = read::refusal(&answer, grant, &auth.answers, &redactor);
        assert!(!error.said().contains(SENT));
        assert!(error.said().chars().count() <= 400);
        assert!(!matches!(error, ProviderError::Egress(_)));
    }
}

/// Lines are headers, the first line is a path.
pub fn headers(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let path = lines.next().unwrap_or_default();
    let mut sent = HeaderMap::new();
    for line in lines.take(64) {
        let mut halves = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(halves.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(halves.next().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            sent.append(name, value);
        }
    }
    let named: Vec<String> = sent
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let passed = for_provider(sent.clone());
    for name in passed.keys().map(HeaderName::as_str) {
        assert!(sent.contains_key(name), "{name} was made up");
        assert!(
            !named.iter().any(|other| other == name),
            "{name} is of the connection"
        );
        let is_callers = [
            "authorization",
            "cookie",
            "host",
            "connection",
            "transfer-encoding",
        ];
        assert!(!is_callers.contains(&name) && !name.starts_with("x-patchbay-"));
    }
    let back = for_caller(sent);
    for name in [
        "set-cookie",
        "connection",
        "clear-site-data",
        "transfer-encoding",
    ] {
        assert!(!back.contains_key(name), "{name} came back");
    }
    if let Ok(path) = std::str::from_utf8(path)
        && let Some(uri) = base("https://api.any.example/v1", path)
    {
        assert_eq!(uri.scheme_str(), Some("https"));
        assert_eq!(
            uri.authority().map(|host| host.as_str()),
            Some("api.any.example")
        );
        assert!(
            uri.path() == "/v1" || uri.path().starts_with("/v1/"),
            "{uri}"
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_token_answer(data: Vec<u8>) {
            super::token_answer(&data);
        }

        #[test]
        fn any_json_answer(status: u8, body in "\\{(\"(error|data|message|expires_in)\":(\"[a-z_ ]{0,24}\"|[0-9-]{1,20}|\\[\\{\"token\":\"[a-z]{0,4}\"\\}\\]),?){0,4}\\}") {
            super::token_answer(&[&[status, 0], body.as_bytes()].concat());
        }

        #[test]
        fn any_headers(data: Vec<u8>) {
            super::headers(&data);
        }

        #[test]
        fn any_path(path in "[a-z./%2eE\\\\@:?#]{0,24}", header in "(connection|cookie|x-patchbay-a|x-b):[a-z, -]{0,12}") {
            super::headers(format!("{path}\n{header}").as_bytes());
        }
    }
}
