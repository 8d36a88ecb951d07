//! Scopes and parameters of requests for tokens.

use std::{collections::BTreeMap, time::Duration};

use toml::Spanned;

use super::{check::Checked, parse::lines, parse_auth::Form, raw::Map};

const YEAR: i64 = 366 * 24 * 3600;

/// Parameters that Patchbay sets itself: not the definition's to change.
const OWN_PARAMS: [&str; 12] = [
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "state",
];

/// Of these, what `[auth.parameters]` may rename or leave out.
const NAMED_PARAMS: [&str; 8] = [
    "client_id",
    "client_secret",
    "code",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
];

impl Form<'_> {
    pub fn scopes(&self) -> Checked<Vec<String>> {
        let at = self.field("default_scopes");
        self.raw
            .default_scopes
            .iter()
            .flatten()
            .map(|scope| {
                let text = self.checker.line(scope, &at, 300)?;
                if text.contains(char::is_whitespace) {
                    return self.checker.fail(
                        scope,
                        &at,
                        "holds a space; write each scope as a text of its own",
                    );
                }
                Ok(text)
            })
            .collect()
    }

    pub fn scope_separator(&self) -> Checked<String> {
        match &self.raw.scope_separator {
            None => Ok(" ".to_owned()),
            Some(value) if (1..=3).contains(&value.get_ref().len()) => Ok(value.get_ref().clone()),
            Some(value) => {
                let at = self.field("scope_separator");
                self.checker
                    .fail(value, &at, "is not one to three characters long")
            }
        }
    }

    pub fn seconds(
        &self,
        value: Option<&Spanned<i64>>,
        name: &str,
        least: i64,
    ) -> Checked<Option<Duration>> {
        let Some(value) = value else { return Ok(None) };
        match u64::try_from(*value.get_ref()) {
            Ok(seconds) if (least..=YEAR).contains(value.get_ref()) => {
                Ok(Some(Duration::from_secs(seconds)))
            }
            _ => {
                let message = format!("is not between {least} seconds and a year");
                Err(self
                    .checker
                    .source
                    .error(value.span().start, self.field(name), message))
            }
        }
    }

    /// Extra parameters. Those that Patchbay sets itself are not the definition's to change.
    pub fn params(&self, raw: Option<&Map>, name: &str) -> Checked<BTreeMap<String, String>> {
        self.check_params(raw, name)?;
        self.optional_lines(raw, name)
    }

    pub fn check_params(&self, raw: Option<&Map>, name: &str) -> Checked<()> {
        for (key, value) in raw.into_iter().flatten() {
            if OWN_PARAMS.contains(&key.as_str()) {
                let at = format!("{}.{key}", self.field(name));
                return self
                    .checker
                    .fail(value, &at, "is Patchbay's own to set; take it out");
            }
        }
        Ok(())
    }

    /// What the provider calls the parameters that Patchbay sets.
    pub fn check_names(&self) -> Checked<()> {
        for (name, value) in self.raw.parameters.iter().flatten() {
            let at = format!("{}.{name}", self.field("parameters"));
            if !NAMED_PARAMS.contains(&name.as_str()) {
                let message = format!("is none of {}", NAMED_PARAMS.join(", "));
                return self.checker.fail(value, &at, message);
            }
            let text = value.get_ref();
            if text.len() > 60 || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                return self
                    .checker
                    .fail(value, &at, "is not the name of a parameter");
            }
        }
        Ok(())
    }

    pub fn optional_lines(
        &self,
        raw: Option<&Map>,
        name: &str,
    ) -> Checked<BTreeMap<String, String>> {
        raw.map_or(Ok(BTreeMap::new()), |raw| {
            lines(self.checker, raw, &self.field(name))
        })
    }
}
