//! What holds for any query that comes back from a provider.

use axum::extract::Query;
use http::Uri;

use super::callback;

/// An answer is to one flow, and nothing of it is left where it could be stored or shown.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(uri) = Uri::try_from(format!("/?{text}")) else {
        return;
    };
    let Ok(Query(parameters)) = Query::<Vec<(String, String)>>::try_from_uri(&uri) else {
        return;
    };
    let count = |name: &str| parameters.iter().filter(|(key, _)| key == name).count();
    let states = count("state");
    let taken = callback(&uuid::Uuid::nil().to_string(), parameters.clone());
    if states != 1 {
        assert!(taken.is_none());
    }
    if let Some(callback) = taken {
        assert!(!callback.state.expose().is_empty());
        assert!(callback.code.is_none_or(|code| !code.expose().is_empty()));
        for name in ["state", "code", "error", "error_description", "iss"] {
            assert!(!callback.parameters.contains_key(name));
        }
        let known = callback.parameters.len();
        assert!(known < parameters.len());
    }
    assert!(callback(text, parameters).is_none() || text.parse::<uuid::Uuid>().is_ok());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_query(text in "((state|code|error|iss|realmId|s%74ate)=[a-z0-9%+]{0,8}&?){0,6}") {
            super::query(text.as_bytes());
        }

        #[test]
        fn any_bytes(data: Vec<u8>) {
            super::query(&data);
        }
    }
}
