//! `[auth.assertion]`: a JWT that Patchbay signs.

use std::time::Duration;

use toml::Spanned;

use super::{Assertion, Step, check::Checked, parse_auth::Form, raw_auth::RawAssertion};

/// RFC 7518 §3.1, but for `none`.
const ALGORITHMS: [&str; 11] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "HS256", "HS384",
    "HS512",
];

/// Claims that Patchbay sets itself.
const OWN_CLAIMS: [&str; 5] = ["aud", "exp", "iat", "jti", "nbf"];

/// How long one is good, unless the definition says otherwise.
const LIFETIME: Duration = Duration::from_secs(300);
const LONGEST: i64 = 3600;

impl Form<'_> {
    pub fn assertion(&self) -> Checked<Option<Assertion>> {
        let Some(raw) = &self.raw.assertion else {
            return Ok(None);
        };
        let offset = raw.span().start;
        let raw = raw.get_ref();
        let at = |name: &str| self.field(&format!("assertion.{name}"));
        for name in OWN_CLAIMS {
            if let Some(value) = raw.claims.get(name) {
                let at = at(&format!("claims.{name}"));
                let message = "is Patchbay's own to set; take it out";
                return self.checker.fail(value, &at, message);
            }
        }
        if !raw.claims.contains_key("iss") {
            let message = "is missing; say who signs, as in iss = \"${client_id}\"";
            return Err(self.checker.source.error(offset, at("claims.iss"), message));
        }
        let header = raw.header.iter().map(|(name, value)| {
            let at = at(&format!("header.{name}"));
            if !["kid", "typ", "x5t"].contains(&name.as_str()) {
                return self.checker.fail(value, &at, "is not kid, typ or x5t");
            }
            Ok((name.clone(), self.step_value(value, &at)?))
        });
        Ok(Some(Assertion {
            key: self.step_value(&raw.key, &at("key"))?,
            algorithm: self.algorithm(raw)?,
            lifetime: self.lifetime(raw.lifetime.as_ref())?,
            audience: match &raw.audience {
                Some(value) => Some(self.step_value(value, &at("audience"))?),
                None => None,
            },
            header: header.collect::<Checked<_>>()?,
            claims: self.templates(&raw.claims, &at("claims"))?,
        }))
    }

    fn algorithm(&self, raw: &RawAssertion) -> Checked<String> {
        match &raw.algorithm {
            None => Ok("RS256".to_owned()),
            Some(value) if ALGORITHMS.contains(&value.get_ref().as_str()) => {
                Ok(value.get_ref().clone())
            }
            Some(value) => {
                let message = format!("is none of {}", ALGORITHMS.join(", "));
                self.checker
                    .fail(value, &self.field("assertion.algorithm"), message)
            }
        }
    }

    fn lifetime(&self, raw: Option<&Spanned<i64>>) -> Checked<Duration> {
        let Some(value) = raw else {
            return Ok(LIFETIME);
        };
        match u64::try_from(*value.get_ref()) {
            Ok(seconds) if (30..=LONGEST).contains(value.get_ref()) => {
                Ok(Duration::from_secs(seconds))
            }
            _ => {
                let at = self.field("assertion.lifetime");
                let message = format!("is not between 30 and {LONGEST} seconds");
                Err(self.checker.source.error(value.span().start, at, message))
            }
        }
    }

    /// An assertion that no request sends is a mistake.
    pub fn assertion_is_used(&self, steps: &[&[Step]]) -> Checked<()> {
        let mut steps = steps.iter().copied().flatten();
        let used = steps.any(|step| step.names().any(|name| name == "assertion"));
        match &self.raw.assertion {
            Some(raw) if !used => {
                let message = "is sent by no request; name ${assertion} in one";
                let at = self.field("assertion");
                Err(self.checker.source.error(raw.span().start, at, message))
            }
            _ => Ok(()),
        }
    }
}
