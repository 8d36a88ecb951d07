//! The connected account, as the portal shows it.

use super::strings::Strings;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whom it belongs to at the provider, where the provider tells.
    pub name: Option<String>,
    pub since: Option<Day>,
    /// False when its owner has to connect it anew.
    pub valid: bool,
}

/// The one to show: a valid one goes before one that has to be mended.
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    allow(dead_code, reason = "the browser asks")
)]
pub fn choose(accounts: Vec<Account>) -> Option<Account> {
    let valid = accounts
        .iter()
        .position(|account| account.valid)
        .unwrap_or(0);
    accounts.into_iter().nth(valid)
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
    #[cfg_attr(
        not(any(feature = "hydrate", test)),
        allow(dead_code, reason = "the browser asks")
    )]
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
        let account = |name: &str, valid| Account {
            name: Some(name.to_owned()),
            since: None,
            valid,
        };
        let both = vec![account("old", false), account("new", true)];
        assert_eq!(choose(both), Some(account("new", true)));
        assert_eq!(
            choose(vec![account("old", false)]),
            Some(account("old", false))
        );
        assert_eq!(choose(vec![]), None);
    }
}
