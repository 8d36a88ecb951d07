//! Token answers in the shapes that providers give them.

use std::{collections::BTreeMap, time::Duration};

use http::StatusCode;
use serde_json::Value;

use super::Grant;
use crate::{
    domain::{Timestamp, definition::OAuth2, secret::Secret, token_set::TokenSet},
    ports::provider::ProviderError,
    providers::{answer::Answer, redact::Redactor},
};

/// The provider's words for "this grant is over": RFC 6749 §5.2, and those of Slack, GitHub and
/// HubSpot. In small letters.
const GRANT_OVER: [&str; 6] = [
    "invalid_grant",
    "invalid_refresh_token",
    "bad_refresh_token",
    "refresh_token_expired",
    "token_revoked",
    "token_expired",
];

/// Of those, and others: somebody took the consent back.
const CONSENT_REVOKED: [&str; 4] = [
    "token_revoked",
    "consent_required",
    "interaction_required",
    "access_revoked",
];

/// RFC 6749 §5.2, RFC 6750 §3.1.
const SCOPES_REFUSED: [&str; 2] = ["invalid_scope", "insufficient_scope"];

/// RFC 6749 §5.2, and the words of GitHub and Slack.
const CLIENT_REFUSED: [&str; 5] = [
    "invalid_client",
    "unauthorized_client",
    "incorrect_client_credentials",
    "invalid_client_id",
    "bad_client_secret",
];

/// A lifetime longer than this is taken for a mistake in the unit.
const LONGEST: f64 = 10.0 * 366.0 * 24.0 * 3600.0;

pub fn token_set(
    oauth2: &OAuth2,
    answer: &Answer,
    grant: Grant,
    redactor: &Redactor,
    now: Timestamp,
) -> Result<TokenSet, ProviderError> {
    let paths = &oauth2.token_response;
    let text = |path: &str| {
        let text = answer.at(path).and_then(Value::as_str)?;
        (!text.is_empty()).then(|| Secret::new(text))
    };
    let Some(access_token) = text(&paths.access_token).filter(|_| answer.status.is_success())
    else {
        return Err(refusal(answer, grant, redactor));
    };
    let lifetime = answer
        .at(&paths.expires_in)
        .and_then(seconds)
        .or(oauth2.expires_in_default);
    Ok(TokenSet {
        access_token,
        refresh_token: text(&paths.refresh_token),
        expires_at: lifetime.and_then(|lifetime| now.checked_add(lifetime).ok()),
        scopes: answer
            .at(&paths.scope)
            .and_then(|value| scopes(value, &oauth2.scope_separator)),
        metadata: metadata(answer, &paths.metadata),
    })
}

/// What an answer without a token means.
pub fn refusal(answer: &Answer, grant: Grant, redactor: &Redactor) -> ProviderError {
    let code = answer.error_code().unwrap_or_default().to_ascii_lowercase();
    let said = answer.reason(redactor);
    if let Some(error) = worded(answer, &code, grant, &said) {
        return error;
    }
    if let Some(error) = not_now(answer, &said) {
        return error;
    }
    let judged = [
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
    ]
    .contains(&answer.status);
    let worded =
        !code.is_empty() && (answer.status.is_success() || answer.status.is_client_error());
    if judged || worded {
        ProviderError::Refused(said)
    } else if answer.status.is_success() {
        ProviderError::Unavailable("its answer holds no access token".to_owned())
    } else {
        ProviderError::Unavailable(said)
    }
}

/// A refusal by the provider's word for it.
fn worded(answer: &Answer, code: &str, grant: Grant, said: &str) -> Option<ProviderError> {
    let said = said.to_owned();
    let over = GRANT_OVER.contains(&code) || is_dead_refresh_token(answer, code);
    if grant == Grant::Code && (over || SCOPES_REFUSED.contains(&code)) {
        // There is no grant yet that could have ended.
        return Some(ProviderError::Refused(said));
    }
    if CONSENT_REVOKED.contains(&code) && grant == Grant::Refresh {
        return Some(ProviderError::ConsentRevoked(said));
    }
    if over {
        return Some(ProviderError::GrantRefused(said));
    }
    if SCOPES_REFUSED.contains(&code) {
        return Some(ProviderError::ScopesRefused(said));
    }
    CLIENT_REFUSED
        .contains(&code)
        .then_some(ProviderError::ClientRefused(said))
}

/// An answer about the provider's own state, and what it asks for.
fn not_now(answer: &Answer, said: &str) -> Option<ProviderError> {
    let said = said.to_owned();
    let limited = answer.says_too_often();
    let wait = answer.retry_after();
    if limited || (wait.is_some() && answer.says_not_now()) {
        return Some(ProviderError::Wait {
            said,
            wait,
            limited,
        });
    }
    answer
        .says_not_now()
        .then_some(ProviderError::Unavailable(said))
}

/// Whether a revocation found nothing left to revoke.
pub fn is_gone(answer: &Answer) -> bool {
    answer.status.is_client_error()
        && matches!(
            answer.error_code(),
            Some("invalid_token" | "invalid_grant" | "token_revoked")
        )
}

/// Atlassian says `unauthorized_client` of a refresh token that has ended.
fn is_dead_refresh_token(answer: &Answer, code: &str) -> bool {
    code == "unauthorized_client"
        && answer.error_text().is_some_and(|text| {
            text.to_ascii_lowercase()
                .contains("refresh_token is invalid")
        })
}

/// Seconds as an integer, a fraction or a text. Zero and less say nothing.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    (1.0..=LONGEST)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds.floor()))
}

/// A list, or text parted by the definition's separator or spaces. GitHub answers with commas.
fn scopes(value: &Value, separator: &str) -> Option<Vec<String>> {
    let found: Vec<String> = match value {
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Value::String(text) => {
            let by_definition: Vec<&str> = text
                .split(separator)
                .flat_map(str::split_whitespace)
                .collect();
            match by_definition.as_slice() {
                [one] => one
                    .split(',')
                    .map(str::trim)
                    .filter(|scope| !scope.is_empty())
                    .map(str::to_owned)
                    .collect(),
                many => many.iter().map(|scope| (*scope).to_owned()).collect(),
            }
        }
        _ => return None,
    };
    (!found.is_empty()).then_some(found)
}

fn metadata(answer: &Answer, paths: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    paths
        .iter()
        .filter_map(|(name, path)| Some((name.clone(), answer.metadata(path)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lifetimes_come_in_three_shapes() {
        let hour = Some(Duration::from_secs(3600));
        assert_eq!(seconds(&json!(3600)), hour);
        assert_eq!(seconds(&json!("3600")), hour);
        assert_eq!(seconds(&json!(3600.7)), hour);
        for value in [
            json!(0),
            json!(-5),
            json!("soon"),
            json!(null),
            json!(1e300),
            json!("NaN"),
        ] {
            assert_eq!(seconds(&value), None, "{value}");
        }
    }

    #[test]
    fn scopes_come_as_text_and_lists() {
        let two = Some(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(scopes(&json!("a b"), " "), two);
        assert_eq!(scopes(&json!("a,b"), ","), two);
        assert_eq!(scopes(&json!("a, b"), ","), two);
        assert_eq!(scopes(&json!("a b"), ","), two);
        assert_eq!(scopes(&json!("a,b"), " "), two);
        assert_eq!(scopes(&json!(["a", "b"]), " "), two);
        assert_eq!(scopes(&json!(""), " "), None);
        assert_eq!(scopes(&json!(7), " "), None);
    }
}
