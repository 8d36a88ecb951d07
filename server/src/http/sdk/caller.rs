//! Who calls: the project of the path and the user token of the header.

use axum::http::{HeaderMap, header};

use crate::{
    domain::{id::ProjectId, secret::Secret, selector::Selector},
    use_cases::{Error, Result},
};

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
    let named = headers
        .get("x-paragon-credential")
        .and_then(|value| value.to_str().ok());
    named.map(Selector::parse).unwrap_or_default()
}
