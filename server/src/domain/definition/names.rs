//! The names that a definition declares, and what stands behind each.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DefinitionError, Tokens,
    error::Source,
    raw::{Map, Raw, RawField, Text},
    raw_auth::RawAuth,
};

/// What fills a `${name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The person types it before connecting.
    Input,
    /// The provider tells it with the token.
    Metadata,
    /// The callback's address tells it, which the person could have altered.
    Callback,
    /// Chosen in a list, for the address of another.
    Choice,
    /// The person types it as part of the credential.
    Field { secret: bool },
    /// The provider tells it with the token, and it is sealed.
    Secret,
    /// An answer tells it to the requests that follow.
    Taken,
}

#[derive(Default)]
pub struct Names {
    kinds: BTreeMap<String, Kind>,
    /// Those that may be left empty.
    optional: BTreeSet<String>,
}

impl Names {
    /// Refuses malformed, reserved and doubled names.
    pub fn collect(source: &Source<'_>, raw: &Raw) -> Result<Self, DefinitionError> {
        let mut names = Self::default();
        for (index, input) in raw.inputs.iter().enumerate() {
            let at = format!("inputs[{index}].name");
            names.add(source, &input.name, &at, Kind::Input)?;
            names.note(input);
        }
        for (index, list) in raw.sources.iter().enumerate() {
            let Some(name) = &list.parameter else {
                continue;
            };
            // Several lists may depend on the same choice.
            if names.kind(name.get_ref()) != Some(Kind::Choice) {
                let at = format!("sources[{index}].parameter");
                names.add(source, name, &at, Kind::Choice)?;
            }
        }
        for (index, auth) in raw.auth.iter().enumerate() {
            names.collect_auth(source, auth.get_ref(), index)?;
        }
        Ok(names)
    }

    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied()
    }

    pub fn is_optional(&self, name: &str) -> bool {
        self.optional.contains(name)
    }

    fn note(&mut self, field: &RawField) {
        if field.optional {
            self.optional.insert(field.name.get_ref().clone());
        }
    }

    fn collect_auth(
        &mut self,
        source: &Source<'_>,
        auth: &RawAuth,
        index: usize,
    ) -> Result<(), DefinitionError> {
        let at = format!("auth[{index}]");
        // The methods of one provider may share names with each other, but not within themselves.
        let mut own = Self::default();
        if let Some(response) = &auth.token_response {
            let at = format!("{at}.token_response");
            let metadata = format!("{at}.metadata");
            own.add_keys(source, &response.metadata, &metadata, Kind::Metadata)?;
            let secrets = format!("{at}.secrets");
            own.add_keys(source, &response.secrets, &secrets, Kind::Secret)?;
        }
        if let Some(lookup) = &auth.lookup {
            let at = format!("{at}.lookup.metadata");
            own.add_keys(source, &lookup.metadata, &at, Kind::Metadata)?;
        }
        if let Some(callback) = &auth.callback_metadata {
            let at = format!("{at}.callback_metadata");
            own.add_keys(source, callback, &at, Kind::Callback)?;
        }
        for (n, field) in auth.fields.iter().flatten().enumerate() {
            let at = format!("{at}.fields[{n}].name");
            own.add(source, &field.name, &at, field_kind(field))?;
            self.note(field);
        }
        if auth.brings_client() {
            for (name, secret) in [(Tokens::CLIENT_ID, false), (Tokens::CLIENT_SECRET, true)] {
                let kind = Kind::Field { secret };
                own.check(source, name, raw_offset(auth), &at, kind)?;
                own.kinds.insert(name.to_owned(), kind);
            }
        }
        own.collect_taken(source, auth, &at)?;
        for (name, kind) in own.kinds {
            let other = self.kinds.insert(name.clone(), kind);
            if other.is_some_and(|other| other != kind) {
                let message =
                    format!("`{name}` means something else elsewhere in this file; rename it");
                return Err(source.error(raw_offset(auth), at, message));
            }
        }
        Ok(())
    }

    /// What steps take. The requests that renew may take what those that began did.
    fn collect_taken(
        &mut self,
        source: &Source<'_>,
        auth: &RawAuth,
        at: &str,
    ) -> Result<(), DefinitionError> {
        for (list, steps) in [("request", &auth.request), ("renew", &auth.renew)] {
            for (n, step) in steps.iter().flatten().enumerate() {
                for (name, value) in &step.get_ref().take {
                    if self.kind(name) == Some(Kind::Taken) {
                        continue;
                    }
                    let at = format!("{at}.{list}[{n}].take");
                    self.check(source, name, value.span().start, &at, Kind::Taken)?;
                    self.kinds.insert(name.clone(), Kind::Taken);
                }
            }
        }
        Ok(())
    }

    fn add_keys(
        &mut self,
        source: &Source<'_>,
        map: &Map,
        at: &str,
        kind: Kind,
    ) -> Result<(), DefinitionError> {
        for (name, value) in map {
            self.check(source, name, value.span().start, at, kind)?;
            self.kinds.insert(name.clone(), kind);
        }
        Ok(())
    }

    fn add(
        &mut self,
        source: &Source<'_>,
        name: &Text,
        at: &str,
        kind: Kind,
    ) -> Result<(), DefinitionError> {
        self.check(source, name.get_ref(), name.span().start, at, kind)?;
        self.kinds.insert(name.get_ref().clone(), kind);
        Ok(())
    }

    fn check(
        &self,
        source: &Source<'_>,
        name: &str,
        offset: usize,
        at: &str,
        kind: Kind,
    ) -> Result<(), DefinitionError> {
        let message = if !is_name(name) {
            "a name is a small letter followed by small letters, digits and _, 40 at most"
                .to_owned()
        } else if is_reserved(name, kind) {
            format!("`{name}` is kept for Patchbay; choose another name")
        } else if self.kinds.contains_key(name) {
            format!("`{name}` is declared twice; names are unique")
        } else {
            return Ok(());
        };
        Err(source.error(offset, at, message))
    }
}

fn field_kind(field: &RawField) -> Kind {
    Kind::Field {
        secret: field.secret,
    }
}

fn raw_offset(auth: &RawAuth) -> usize {
    auth.kind.span().start
}

fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// What requests for tokens know by these names, whatever the definition declares.
const OF_REQUESTS: [&str; 9] = [
    "access_token",
    "assertion",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "scope",
    "token",
    "token_type_hint",
];

/// A person may type an access token into a form, but nothing else may be called so.
fn is_reserved(name: &str, kind: Kind) -> bool {
    let form = matches!(kind, Kind::Field { .. });
    let token = matches!(name, "access_token" | "refresh_token");
    let own = match kind {
        Kind::Taken | Kind::Secret => OF_REQUESTS.contains(&name),
        _ => token && !form,
    };
    name.starts_with("patchbay_") || own
}
