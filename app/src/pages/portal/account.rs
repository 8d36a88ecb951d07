//! The connected account, as the portal shows it.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whom it belongs to at the provider, where the provider tells.
    pub name: Option<String>,
    /// `22 November 2026`.
    pub since: Option<String>,
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

/// The day of an RFC 3339 time, in words.
#[cfg_attr(
    not(any(feature = "hydrate", test)),
    allow(dead_code, reason = "the browser asks")
)]
pub fn day(time: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = time.get(..10)?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some(format!("{} {month} {year}", day.parse::<u8>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_put_in_words() {
        assert_eq!(
            day("2026-11-02T09:00:00Z").as_deref(),
            Some("2 November 2026")
        );
        for wrong in [
            "",
            "2026",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "yesterday!",
        ] {
            assert_eq!(day(wrong), None, "{wrong}");
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
