//! `[[auth.errors]]`: what a provider's answers mean.

use super::{
    AnswerRule, Meaning,
    check::Checked,
    parse_auth::Form,
    raw_auth::{RawAnswer, RawMeaning},
};

const MAX_RULES: usize = 50;

impl Form<'_> {
    pub fn answers(&self) -> Checked<Vec<AnswerRule>> {
        let raw = self.raw.errors.as_deref().unwrap_or_default();
        if raw.len() > MAX_RULES {
            return self.fail("errors", &format!("holds more than {MAX_RULES}"));
        }
        raw.iter()
            .enumerate()
            .map(|(index, rule)| {
                let at = self.field(&format!("errors[{index}]"));
                self.answer(rule.get_ref(), rule.span().start, &at)
            })
            .collect()
    }

    fn answer(&self, raw: &RawAnswer, offset: usize, at: &str) -> Checked<AnswerRule> {
        let status = match &raw.status {
            None => None,
            Some(status) => match u16::try_from(*status.get_ref()) {
                Ok(code) if (100..=599).contains(&code) => Some(code),
                _ => {
                    let (offset, at) = (status.span().start, format!("{at}.status"));
                    let message = "is not a status of HTTP; write 100 to 599";
                    return Err(self.checker.source.error(offset, at, message));
                }
            },
        };
        let place = raw
            .at
            .as_ref()
            .map(|place| self.place(place, &format!("{at}.at")));
        let line = |value: &Option<_>, name: &str| {
            self.checker
                .optional_line(value.as_ref(), &format!("{at}.{name}"), 300)
        };
        let rule = AnswerRule {
            status,
            at: place.transpose()?,
            equals: line(&raw.equals, "equals")?,
            contains: line(&raw.contains, "contains")?,
            means: raw.means.get_ref().meaning(),
        };
        let text = rule.equals.is_some() || rule.contains.is_some();
        if !text && (rule.status.is_none() || rule.at.is_some()) {
            let message = "says too little; give a status, or what stands in the answer";
            return Err(self.checker.source.error(offset, at, message));
        }
        Ok(rule)
    }
}

impl RawMeaning {
    fn meaning(self) -> Meaning {
        match self {
            Self::GrantRefused => Meaning::GrantRefused,
            Self::ConsentRevoked => Meaning::ConsentRevoked,
            Self::ScopesChanged => Meaning::ScopesChanged,
            Self::ClientRefused => Meaning::ClientRefused,
            Self::RequestRefused => Meaning::RequestRefused,
            Self::RateLimited => Meaning::RateLimited,
            Self::Outage => Meaning::Outage,
        }
    }
}
