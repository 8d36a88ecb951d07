//! A connected account, as the portal shows it.

use super::strings::Strings;
use crate::contract::portal::PortalPage;
#[cfg(feature = "ssr")]
use crate::contract::{
    connect::AccountChoice,
    user::{Credential, CredentialStatus, UserState},
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    /// The id of the way by which it was connected.
    pub method: String,
    /// Whom it belongs to at the provider, where the provider tells.
    pub name: Option<String>,
    /// The app's own name for it.
    pub external_id: Option<String>,
    pub since: Option<Day>,
    /// False when its owner has to connect it anew.
    pub valid: bool,
    /// True while its owner has yet to answer something.
    pub pending: bool,
    /// The scopes that the provider granted, where it told.
    pub scopes: Option<Vec<String>>,
}

#[cfg(feature = "ssr")]
impl From<&Credential> for Account {
    fn from(credential: &Credential) -> Self {
        let name = credential.provider_data.get("accountName");
        Self {
            id: credential.id.clone(),
            method: credential.account_type.clone(),
            name: name.and_then(|name| name.as_str()).map(str::to_owned),
            external_id: credential.external_id.clone(),
            since: Day::read(&credential.date_created),
            valid: credential.status == CredentialStatus::Valid,
            pending: credential.status == CredentialStatus::Pending,
            scopes: credential.scopes.clone(),
        }
    }
}

/// The accounts of that integration that are meant, as `driver::wire::accounts` finds them in the
/// browser: a name that none of them has means one more, and so none of them.
#[cfg(feature = "ssr")]
pub fn meant(user: &UserState, integration_type: &str, choice: &AccountChoice) -> Vec<Account> {
    let known = user.integrations.get(integration_type);
    let all = known.map_or(&[][..], |known| &known.all_credentials);
    let called = |account: &&Credential| account.external_id == choice.external_id;
    let Some(selected) = &choice.selected_credential_id else {
        let adds = choice.allow_multiple_credentials && choice.external_id.is_some();
        if adds && !all.iter().any(|account| called(&account)) {
            return Vec::new();
        }
        return all.iter().map(Account::from).collect();
    };
    let external_id = selected.strip_prefix("ext:").unwrap_or(selected);
    all.iter()
        .filter(|account| {
            account.id == *selected || account.external_id.as_deref() == Some(external_id)
        })
        .map(Account::from)
        .collect()
}

impl Account {
    /// What was asked for and not granted, each sentence once.
    pub fn missing(&self, page: &PortalPage) -> Vec<String> {
        let mut missing = Vec::new();
        let method = page.methods.iter().find(|method| method.id == self.method);
        let (Some(granted), Some(method)) = (&self.scopes, method) else {
            return missing;
        };
        for scope in &method.scopes {
            if !granted.contains(&scope.name) && !missing.contains(&scope.label) {
                missing.push(scope.label.clone());
            }
        }
        missing
    }
}

/// The one to show: a valid one goes before one that has to be mended.
pub fn choose(accounts: &[Account]) -> Option<&Account> {
    let valid = accounts.iter().find(|account| account.valid);
    valid.or(accounts.first())
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub year: u16,
    /// From 1.
    pub month: u8,
    pub day: u8,
}

impl Day {
    /// The day of an RFC 3339 time, as it is in UTC.
    pub fn read(time: &str) -> Option<Self> {
        let mut parts = time.get(..10)?.split('-');
        let day = Self {
            year: parts.next()?.parse().ok()?,
            month: parts.next()?.parse().ok()?,
            day: parts.next()?.parse().ok()?,
        };
        ((1..=12).contains(&day.month) && (1..=31).contains(&day.day)).then_some(day)
    }

    /// `22 November 2026`, as the language puts it.
    pub fn in_words(self, strings: &Strings) -> String {
        let mut months = strings.months.split(' ');
        let month = months.nth(usize::from(self.month) - 1).unwrap_or_default();
        let (day, year) = (self.day.to_string(), self.year.to_string());
        strings.date(&day, month, &year).plain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::portal::{ConnectMethod, Scope};

    #[test]
    fn a_day_is_read() {
        let day = Day {
            year: 2026,
            month: 11,
            day: 2,
        };
        assert_eq!(Day::read("2026-11-02T09:00:00Z"), Some(day));
        for wrong in [
            "",
            "2026",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "yesterday!",
        ] {
            assert_eq!(Day::read(wrong), None, "{wrong}");
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_day_is_put_in_words() {
        use crate::pages::portal::language::Language;

        let day = Day::read("2026-11-02T09:00:00Z").unwrap();
        for (language, words) in [
            (Language::English, "2 November 2026"),
            (Language::German, "2. November 2026"),
            (Language::Spanish, "2 de noviembre de 2026"),
            (Language::Japanese, "2026年11月2日"),
            (Language::Arabic, "2 نوفمبر 2026"),
        ] {
            assert_eq!(day.in_words(language.strings()), words);
        }
    }

    #[test]
    fn a_valid_account_goes_first() {
        let account = |id: &str, valid| Account {
            id: id.to_owned(),
            valid,
            ..Account::default()
        };
        let both = [account("old", false), account("new", true)];
        assert_eq!(choose(&both), Some(&both[1]));
        assert_eq!(choose(&both[..1]), Some(&both[0]));
        assert_eq!(choose(&[]), None);
    }

    #[test]
    fn only_what_people_know_by_a_name_is_missed() {
        let scope = |name: &str, label: &str| Scope {
            name: name.to_owned(),
            label: label.to_owned(),
        };
        let page = PortalPage {
            methods: vec![ConnectMethod {
                id: "default".to_owned(),
                scopes: vec![
                    scope("read", "Read"),
                    scope("write", "Write"),
                    scope("put", "Write"),
                ],
                ..ConnectMethod::default()
            }],
            ..PortalPage::default()
        };
        let account = |scopes: Option<&[&str]>| Account {
            method: "default".to_owned(),
            scopes: scopes.map(|scopes| scopes.iter().map(|&scope| scope.to_owned()).collect()),
            ..Account::default()
        };
        assert_eq!(account(Some(&["read", "openid"])).missing(&page), ["Write"]);
        assert_eq!(
            account(Some(&["read", "write", "put"])).missing(&page),
            [""; 0]
        );
        // A provider that does not tell is believed to have granted all.
        assert_eq!(account(None).missing(&page), [""; 0]);
    }
}
