//! Who calls: the project of the path and the user token of the header. And the protocol's own headers.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};

use crate::{
    access::EndUser,
    domain::{configuration::Settings, id::ProjectId, secret::Secret, selector::Selector},
    http::{AppState, error::RestError},
    use_cases::{Error, Result, authenticate, snapshot::Snapshot},
};

const CREDENTIAL: HeaderName = HeaderName::from_static("x-paragon-credential");
const CONFIGURATION: HeaderName = HeaderName::from_static("x-paragon-configuration-id");
const SDK_VERSION: HeaderName = HeaderName::from_static("x-paragon-sdk-version");
const USER_METADATA: HeaderName = HeaderName::from_static("x-paragon-user-metadata");

/// The user of the token, and the project's settings as they are now.
pub async fn known(
    state: &AppState,
    project_id: &str,
    headers: &HeaderMap,
) -> Result<(Arc<EndUser>, Arc<Snapshot>)> {
    let project = project(project_id)?;
    let known = authenticate::run(&state.services, project, &token(headers)?).await?;
    state.limits.count(project, &known.0.user_id)?;
    Ok(known)
}

/// The same by settings of at most a moment ago.
pub async fn recent(
    state: &AppState,
    project: ProjectId,
    token: &Secret,
) -> Result<(Arc<EndUser>, Arc<Snapshot>)> {
    let known = authenticate::run_recent(&state.services, project, token).await?;
    state.limits.count(project, &known.0.user_id)?;
    Ok(known)
}

/// The answer where a project has nothing of a kind. Who asks is looked at first.
pub async fn no_such(
    state: &AppState,
    project_id: &str,
    headers: &HeaderMap,
    what: &'static str,
) -> RestError {
    match known(state, project_id, headers).await {
        Ok(_) => Error::NotFound(what).into(),
        Err(error) => error.into(),
    }
}

/// The project id of a path; one that is no id is no project.
pub fn project(text: &str) -> Result<ProjectId> {
    text.parse().map_err(|_| Error::NotFound("project"))
}

/// The bearer token (RFC 6750 §2.1).
pub fn token(headers: &HeaderMap) -> Result<Secret> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or(Error::TokenInvalid)?;
    match value.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
        {
            Ok(Secret::new(token.trim()))
        }
        _ => Err(Error::TokenInvalid),
    }
}

/// Whether the answer must be made anew (RFC 9111 §5.2.1.4). Browsers send it for `cache: "no-store"`.
pub fn wants_no_cache(headers: &HeaderMap) -> bool {
    headers.get_all(header::CACHE_CONTROL).iter().any(|value| {
        value
            .as_bytes()
            .windows(8)
            .any(|part| part.eq_ignore_ascii_case(b"no-cache"))
    })
}

/// The account of the header, in any of the forms that [`Selector`] reads; none: the first.
pub fn selector(headers: &HeaderMap) -> Selector {
    text(headers, &CREDENTIAL)
        .map(|named| Selector::parse(&named))
        .unwrap_or_default()
}

/// The configuration of the header: an id, an external id, or `ext:` and that. Empty: the default one.
pub fn configuration(headers: &HeaderMap) -> String {
    text(headers, &CONFIGURATION)
        .map(|named| named.trim().to_owned())
        .unwrap_or_default()
}

/// Which version of the embed protocol's SDK calls; the oldest do not say.
pub fn sdk_version(headers: &HeaderMap) -> Option<(u32, u32)> {
    let version = text(headers, &SDK_VERSION)?;
    let mut parts = version.trim().split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// What older SDKs note of the user while they sign in.
pub fn notes(headers: &HeaderMap) -> Result<Option<Settings>> {
    let Some(text) = text(headers, &USER_METADATA) else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        Error::invalid(
            "X-Paragon-User-Metadata",
            "The user's metadata is not a JSON object.",
        )
    })
}

/// A header as text: UTF-8, or the Latin-1 that browsers write.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, value: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        headers
    }

    #[test]
    fn versions_are_read_by_their_first_two_numbers() {
        let version = |text: &str| sdk_version(&headers("x-paragon-sdk-version", text.as_bytes()));
        assert_eq!(version("2.4.0"), Some((2, 4)));
        assert_eq!(version("2.2.4-experimental.2"), Some((2, 2)));
        assert_eq!(version("nonsense"), None);
        assert_eq!(sdk_version(&HeaderMap::new()), None);
    }

    #[test]
    fn notes_come_in_the_encoding_of_browsers() {
        let read = |bytes: &[u8]| notes(&headers("x-paragon-user-metadata", bytes));
        let name = |bytes: &[u8]| {
            read(bytes).unwrap().unwrap()["name"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(name(b"{\"name\":\"Zo\xeb\"}"), "Zo\u{eb}");
        assert_eq!(name("{\"name\":\"Zo\u{eb}\"}".as_bytes()), "Zo\u{eb}");
        assert!(read(b"[]").is_err() && read(b"nonsense").is_err());
    }
}
