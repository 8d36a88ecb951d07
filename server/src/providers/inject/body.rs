//! A credential that travels in the body of a call: a member of a JSON object, or a pair of a form.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::with_query;
use crate::{domain::secret::Secret, ports::provider::ProviderError, providers::sign::is_form};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The body with `name` in it, and otherwise as it was. A call without one gets a JSON object.
///
/// # Errors
/// `Refused` when the body is neither, is compressed, or has a member of that name.
pub fn with_member(
    headers: &mut HeaderMap,
    body: &[u8],
    name: &str,
    value: &Secret,
) -> Result<Bytes, ProviderError> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(refused(name, "send the body without Content-Encoding"));
    }
    if is_form(headers) {
        let Ok(form) = std::str::from_utf8(body) else {
            return Err(refused(name, "this body is not a form"));
        };
        return Ok(with_query(Some(form), name, value.expose()).into());
    }
    if body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, JSON);
    }
    let text = if body.is_empty() { b"{}" } else { body };
    let Ok(Members { names }) = serde_json::from_slice(text) else {
        return Err(refused(name, "send a JSON object or a form"));
    };
    if names.iter().any(|other| other == name) {
        return Err(refused(name, "leave that member out: it is added"));
    }
    let open = text.iter().position(|byte| *byte == b'{').unwrap_or(0);
    let member = serde_json::json!({ name: value.expose() }).to_string();
    let comma = if names.is_empty() { "" } else { "," };
    let (before, after) = (&text[..open], &text[open + 1..]);
    let mut whole = Vec::with_capacity(text.len() + member.len() + 1);
    whole.extend_from_slice(before);
    whole.extend_from_slice(&member.as_bytes()[..member.len() - 1]);
    whole.extend_from_slice(comma.as_bytes());
    whole.extend_from_slice(after);
    Ok(whole.into())
}

fn refused(name: &str, what: &str) -> ProviderError {
    ProviderError::Refused(format!(
        "the credential goes into the body, as `{name}`; {what}"
    ))
}

/// What the members of a JSON object are called.
struct Members {
    names: Vec<String>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    map.next_value::<IgnoredAny>()?;
                    names.push(name);
                }
                Ok(Members { names })
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(kind: Option<&'static str>, body: &str) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        let key = Secret::new("k\"1&2");
        match with_member(&mut headers, body.as_bytes(), "key", &key) {
            Ok(body) => Ok(String::from_utf8(body.to_vec()).unwrap()),
            Err(error) => Err(error.said().to_owned()),
        }
    }

    #[test]
    fn json_keeps_every_byte_of_its_own() {
        let json = Some("application/json");
        assert_eq!(
            with(json, " { \"n\" : 1.50e2 , \"z\":[ ] } ").unwrap(),
            " {\"key\":\"k\\\"1&2\", \"n\" : 1.50e2 , \"z\":[ ] } "
        );
        assert_eq!(with(json, "{}").unwrap(), "{\"key\":\"k\\\"1&2\"}");
        assert_eq!(with(None, "").unwrap(), "{\"key\":\"k\\\"1&2\"}");
    }

    #[test]
    fn a_form_has_the_name_once() {
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(with(form, "a=1&key=mine").unwrap(), "a=1&key=k%221%262");
        assert_eq!(with(form, "").unwrap(), "key=k%221%262");
    }

    #[test]
    fn what_has_no_place_for_it_is_refused() {
        let json = Some("application/json");
        for body in ["[]", "null", "\"x\"", "{", "{\"a\":1}{}", "<a/>"] {
            assert!(
                with(json, body).unwrap_err().contains("JSON object"),
                "{body}"
            );
        }
        let taken = with(json, "{\"key\":\"mine\"}").unwrap_err();
        assert!(taken.contains("leave that member out"), "{taken}");
        let escaped = with(json, "{\"k\\u0065y\":1}").unwrap_err();
        assert!(escaped.contains("leave that member out"), "{escaped}");
    }
}
