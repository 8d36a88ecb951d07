//! The connected account, as the portal shows it.

use serde_json::Value;

use crate::contract::user::{Credential, CredentialStatus, UserState};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whom it belongs to at the provider, where the provider tells.
    pub name: Option<String>,
    /// `22 November 2026`.
    pub since: Option<String>,
    /// False when its owner has to connect it anew.
    pub valid: bool,
}

impl From<&Credential> for Account {
    fn from(credential: &Credential) -> Self {
        let name = credential.provider_data.get("accountName");
        Self {
            name: name.and_then(Value::as_str).map(str::to_owned),
            since: day(&credential.date_created),
            valid: credential.status == CredentialStatus::Valid,
        }
    }
}

/// The user's account of that integration. A valid one goes before one that has to be mended; one
/// that is still pending is none yet.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the browser asks"))]
pub fn find(user: &UserState, integration_type: &str) -> Option<Account> {
    let all = &user.integrations.get(integration_type)?.all_credentials;
    let of = |status| all.iter().find(|credential| credential.status == status);
    of(CredentialStatus::Valid)
        .or_else(|| of(CredentialStatus::Invalid))
        .map(Account::from)
}

/// The day of an RFC 3339 time, in words.
fn day(time: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ];
    let mut parts = time.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{} {month} {year}", day.parse::<u8>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_is_put_in_words() {
        assert_eq!(day("2026-11-02T09:00:00Z").as_deref(), Some("2 November 2026"));
        for wrong in ["", "2026", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "yesterday!"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
