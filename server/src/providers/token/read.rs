//! Token answers in the shapes that providers give them.

use std::{collections::BTreeMap, time::Duration};

use http::StatusCode;
use serde_json::Value;

use super::Grant;
use crate::{
    domain::{
        Timestamp,
        definition::{AnswerRule, LifetimeUnit, Meaning, Tokens},
        secret::Secret,
        token_set::TokenSet,
    },
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

/// A number greater than this counts milliseconds: as seconds it would be in the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// What a good answer holds. None: it holds no access token, so it is none.
pub fn token_set(tokens: &Tokens, answer: &Answer, now: Timestamp) -> Option<TokenSet> {
    let places = &tokens.response;
    let secret = |place: &str| answer.place(place).map(Secret::new);
    let access_token = answer
        .text(&places.access_token)
        .filter(|_| answer.status.is_success())?;
    let lifetime = answer
        .place(&places.expires_in)
        .and_then(|text| seconds(&text, places.expires_in_unit));
    let told = places.expires_at.as_ref();
    let told = told.and_then(|place| moment(&answer.place(place)?));
    let kept = places
        .secrets
        .iter()
        .filter_map(|(name, place)| Some((name.clone(), secret(place)?)));
    Some(TokenSet {
        access_token,
        refresh_token: answer.text(&places.refresh_token),
        expires_at: told.or_else(|| now.checked_add(lifetime?).ok()),
        scopes: answer
            .at(&places.scope)
            .and_then(|value| scopes(value, &tokens.scope_separator)),
        metadata: metadata(answer, &places.metadata),
        secrets: kept.collect(),
    })
}

/// What an answer without a token means: first by the definition's own rules.
pub fn refusal(
    answer: &Answer,
    grant: Grant,
    rules: &[AnswerRule],
    redactor: &Redactor,
) -> ProviderError {
    let code = answer.error_code().unwrap_or_default().to_ascii_lowercase();
    let said = answer.reason(redactor);
    if let Some(rule) = rules.iter().find(|rule| fits(rule, answer)) {
        return ruled(rule.means, answer, grant, said);
    }
    if let Some(error) = worded(answer, &code, grant, &said) {
        return error;
    }
    if let Some(error) = not_now(answer, &said) {
        return error;
    }
    if grant == Grant::Again && answer.status == StatusCode::UNAUTHORIZED {
        // There is no token that could have ended: it is what was typed.
        return ProviderError::ClientRefused(said);
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

fn fits(rule: &AnswerRule, answer: &Answer) -> bool {
    if rule.status.is_some_and(|status| answer.status != status) {
        return false;
    }
    let text = match &rule.at {
        Some(place) => answer.place(place),
        None => Some(answer.body_text().into_owned()),
    };
    let Some(text) = text else { return false };
    let holds = |part: &String| text.to_lowercase().contains(&part.to_lowercase());
    rule.equals.as_ref().is_none_or(|whole| *whole == text)
        && rule.contains.as_ref().is_none_or(holds)
}

fn ruled(means: Meaning, answer: &Answer, grant: Grant, said: String) -> ProviderError {
    match means {
        // There is no grant yet that could have ended.
        Meaning::GrantRefused | Meaning::ConsentRevoked | Meaning::ScopesChanged
            if grant == Grant::First =>
        {
            ProviderError::Refused(said)
        }
        Meaning::GrantRefused => ProviderError::GrantRefused(said),
        Meaning::ConsentRevoked => ProviderError::ConsentRevoked(said),
        Meaning::ScopesChanged => ProviderError::ScopesRefused(said),
        Meaning::ClientRefused => ProviderError::ClientRefused(said),
        Meaning::RequestRefused => ProviderError::Refused(said),
        Meaning::RateLimited => ProviderError::Wait {
            said,
            wait: answer.retry_after(),
            limited: true,
        },
        Meaning::Outage => match answer.retry_after() {
            Some(wait) => ProviderError::Wait {
                said,
                wait: Some(wait),
                limited: false,
            },
            None => ProviderError::Unavailable(said),
        },
    }
}

/// A refusal by the provider's word for it.
fn worded(answer: &Answer, code: &str, grant: Grant, said: &str) -> Option<ProviderError> {
    let said = said.to_owned();
    let over = GRANT_OVER.contains(&code) || is_dead_refresh_token(answer, code);
    if grant == Grant::First && (over || SCOPES_REFUSED.contains(&code)) {
        // There is no grant yet that could have ended.
        return Some(ProviderError::Refused(said));
    }
    if CONSENT_REVOKED.contains(&code) && grant != Grant::First {
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

/// A lifetime as an integer or a fraction. Zero and less say nothing.
fn seconds(text: &str, unit: LifetimeUnit) -> Option<Duration> {
    let told = text.trim().parse::<f64>().ok()?;
    let seconds = match unit {
        LifetimeUnit::Seconds => told,
        LifetimeUnit::Milliseconds => told / 1000.0,
    };
    (1.0..=LONGEST)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds.floor()))
}

/// RFC 3339, or seconds or milliseconds since 1970.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let Ok(number) = text.parse::<i64>() else {
        return text.parse().ok();
    };
    if number.unsigned_abs() > MILLISECONDS {
        Timestamp::from_millisecond(number).ok()
    } else {
        Timestamp::from_second(number).ok()
    }
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
    fn lifetimes_come_in_two_units() {
        let hour = Some(Duration::from_secs(3600));
        assert_eq!(seconds("3600", LifetimeUnit::Seconds), hour);
        assert_eq!(seconds(" 3600.7 ", LifetimeUnit::Seconds), hour);
        assert_eq!(seconds("3600000", LifetimeUnit::Milliseconds), hour);
        for value in ["0", "-5", "soon", "", "1e300", "NaN"] {
            assert_eq!(seconds(value, LifetimeUnit::Seconds), None, "{value}");
        }
    }

    #[test]
    fn moments_come_in_three_shapes() {
        let end = Timestamp::from_second(1_767_225_600).ok();
        for text in ["1767225600", "1767225600000", "2026-01-01T00:00:00Z"] {
            assert_eq!(moment(text), end, "{text}");
        }
        assert_eq!(moment("tomorrow"), None);
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
