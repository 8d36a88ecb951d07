//! Whether a row holds what its provider's definition asks for.

use std::collections::BTreeMap;

use super::super::{Record, nango};
use crate::{
    domain::{
        definition::{AuthKind, AuthMethod, FieldSpec},
        secret::Secret,
        token_set::CredentialFields,
    },
    use_cases::{Error, Result, Services, connect::fields, snapshot::SetUp},
};

/// The way to connect that the row names, or the first that fits what it holds.
pub(super) fn method<'a>(set_up: &'a SetUp, record: &Record) -> Result<&'a AuthMethod> {
    if record.method.is_some() {
        return set_up.method(record.method.as_deref());
    }
    let has = |name: &str| record.credential.contains_key(name);
    let is_oauth = has(CredentialFields::ACCESS_TOKEN) || has(CredentialFields::REFRESH_TOKEN);
    let fits = |auth: &&AuthMethod| match &auth.kind {
        AuthKind::Tokens(tokens) if tokens.authorization.is_some() => {
            is_oauth && !tokens.brings_client()
        }
        // Patchbay gets its own token for what the row holds.
        AuthKind::Tokens(_) => !is_oauth && !has(nango::USERNAME) && !has(nango::API_KEY),
        AuthKind::Form { .. } if auth.inject.basic.is_some() => !is_oauth && !has(nango::API_KEY),
        AuthKind::Form { .. } => !is_oauth && !has(nango::USERNAME),
    };
    set_up.methods().find(fits).ok_or_else(|| {
        let name = &set_up.definition.name;
        Error::invalid(
            "credential",
            format!("{name} is not connected with such a credential."),
        )
    })
}

/// Whether the row holds what the method needs, under the definition's own names.
pub(super) fn check_fields(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    record: &mut Record,
) -> Result<()> {
    let fields = auth.kind.fields();
    let secret = fields.iter().find(|field| field.secret).or(fields.first());
    let open = fields.iter().find(|field| !field.secret).or(fields.first());
    rename(&mut record.credential, nango::API_KEY, secret);
    rename(&mut record.credential, nango::USERNAME, open);
    rename(&mut record.credential, nango::PASSWORD, secret);
    if auth.kind.opens_window() {
        let token = record.credential.get(CredentialFields::ACCESS_TOKEN);
        let token = token.or_else(|| record.credential.get(CredentialFields::REFRESH_TOKEN));
        let message = "An access token or a refresh token is missing.";
        return token
            .map(drop)
            .ok_or_else(|| Error::invalid("credential", message));
    }
    let inputs = record.metadata.iter();
    let inputs = inputs.filter(|(name, _)| {
        let mut inputs = set_up.definition.inputs.iter();
        inputs.any(|input| input.name == **name)
    });
    let inputs = inputs.map(|(name, value)| (name.clone(), Secret::new(value)));
    let values = record
        .credential
        .clone()
        .into_iter()
        .chain(inputs)
        .collect();
    fields::check(services, &set_up.questions(auth), &values)
}

fn rename(values: &mut BTreeMap<String, Secret>, from: &str, to: Option<&FieldSpec>) {
    if let (Some(value), Some(field)) = (values.remove(from), to) {
        values.insert(field.name.clone(), value);
    }
}
