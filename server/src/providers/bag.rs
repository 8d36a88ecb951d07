//! What requests for a token may name: everything that is known of a connection and of the moment.

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use super::inject::lacking;
use crate::{
    domain::{
        definition::{Param, Template},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::provider::{Client, ProviderError, Target},
};

/// The longest value that is looked into for members, in bytes.
const MAX_JSON: usize = 64 * 1024;

/// A member of a JSON value is taken for a secret from this length on, in bytes.
const TELLING: usize = 16;

/// Values by name. Those of a JSON object are there as `name.member` too.
pub struct Bag {
    open: BTreeMap<String, Secret>,
    secret: BTreeMap<String, Secret>,
}

impl Bag {
    /// The connection's metadata, what its owner typed, its tokens, and the client.
    pub fn new(target: Target<'_>, client: &Client, fields: &CredentialFields) -> Self {
        let mut bag = Self {
            open: BTreeMap::new(),
            secret: BTreeMap::new(),
        };
        for (name, value) in target.metadata {
            bag.open.insert(name.clone(), Secret::new(value));
        }
        bag.open
            .insert("client_id".to_owned(), Secret::new(&client.id));
        if let Some(secret) = &client.secret {
            bag.put("client_secret", secret);
        }
        if let Some(tokens) = target.auth.kind.tokens()
            && !client.scopes.is_empty()
        {
            let scope = client.scopes.join(&tokens.scope_separator);
            bag.open.insert("scope".to_owned(), Secret::new(scope));
        }
        let specs = target.auth.kind.fields();
        for (name, value) in &fields.0 {
            let open = specs.iter().any(|spec| spec.name == *name && !spec.secret);
            if open {
                bag.open.insert(name.clone(), value.clone());
            } else {
                bag.put(name, value);
            }
        }
        bag
    }

    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.secret.get(name).or_else(|| self.open.get(name))
    }

    /// A value that is not to be shown.
    pub fn put(&mut self, name: &str, value: &Secret) {
        for (member, value) in members(value) {
            self.secret.insert(format!("{name}.{member}"), value);
        }
        self.secret.insert(name.to_owned(), value.clone());
    }

    /// A value that is no secret.
    pub fn put_open(&mut self, name: &str, value: &str) {
        self.open.insert(name.to_owned(), Secret::new(value));
    }

    /// What must not be shown of a call. A short member of a key file is likely to be a word.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret
            .iter()
            .filter(|(name, value)| !name.contains('.') || value.expose().len() >= TELLING)
            .map(|(_, value)| value)
    }

    pub fn render(&self, template: &Template) -> Result<Secret, ProviderError> {
        let text = template.render(|name| self.text(name)).map_err(lacking)?;
        Ok(Secret::new(text.into_owned()))
    }

    pub fn url(&self, template: &Template) -> Result<Url, ProviderError> {
        let text = template
            .render_url(|name| self.text(name))
            .map_err(lacking)?;
        Url::parse(&text).map_err(|_| {
            ProviderError::Refused("the provider's address does not come out as a URL".to_owned())
        })
    }

    /// Names and values; an optional one without its value is left out, and so is an empty one.
    pub fn params(&self, params: &[Param]) -> Result<Vec<(String, Secret)>, ProviderError> {
        let mut out = Vec::with_capacity(params.len());
        for param in params {
            let known = param.value.names().all(|name| self.get(name).is_some());
            if param.optional && !known {
                continue;
            }
            let value = self.render(&param.value)?;
            if !value.is_empty() {
                out.push((param.name.clone(), value));
            }
        }
        Ok(out)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(Secret::expose)
    }
}

/// The texts of a JSON object, such as the key file of a service account.
fn members(value: &Secret) -> Vec<(String, Secret)> {
    let text = value.expose();
    if !text.trim_start().starts_with('{') || text.len() > MAX_JSON {
        return Vec::new();
    }
    let Ok(Value::Object(object)) = serde_json::from_str(text) else {
        return Vec::new();
    };
    let texts = object.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, Secret::new(text))),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_looked_into() {
        let file = Secret::new(r#"{"client_email":"a@b","private_key":"pem","n":1}"#);
        let names: Vec<String> = members(&file).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["client_email", "private_key"]);
        for other in ["pem", "[1]", "{", ""] {
            assert!(members(&Secret::new(other)).is_empty(), "{other}");
        }
    }
}
