//! Fills templates of a definition with what is known of a connection, and puts the credential into
//! requests.

mod body;

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCEPT, AUTHORIZATION},
};
use url::Url;

use super::{
    sign::{Signer, oauth1, sigv4},
    transport::{Channel, Transport},
};
use crate::{
    domain::{
        Timestamp,
        definition::{RenderError, Signing, Template, Tokens},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::provider::{Client, ProviderError, Target},
};

/// What fills the `${…}` of one connection.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    pub target: Target<'a>,
    pub credential: Option<&'a CredentialFields>,
}

/// A credential in the form in which it travels.
pub struct Injected {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Option<(String, Secret)>,
    member: Option<(String, Secret)>,
    signer: Option<Signer>,
}

impl<'a> Values<'a> {
    fn get(self, name: &str) -> Option<&'a str> {
        self.credential
            .and_then(|credential| credential.get(name))
            .map(Secret::expose)
            .or_else(|| self.target.metadata.get(name).map(String::as_str))
    }

    pub fn url(self, template: &Template) -> Result<Url, ProviderError> {
        let text = self.url_text(template)?;
        Url::parse(&text).map_err(|_| {
            ProviderError::Refused("the provider's address does not come out as a URL".to_owned())
        })
    }

    pub fn url_text(self, template: &Template) -> Result<Cow<'_, str>, ProviderError> {
        template.render_url(|name| self.get(name)).map_err(lacking)
    }

    pub fn path(self, template: &Template) -> Result<String, ProviderError> {
        let text = template
            .render_path(|name| self.get(name))
            .map_err(lacking)?;
        Ok(text.into_owned())
    }

    /// Adds the definition's headers where the request does not say otherwise itself.
    pub fn add_definition_headers(self, headers: &mut HeaderMap) -> Result<(), ProviderError> {
        for (name, template) in &self.target.definition.headers {
            let name = header_name(name)?;
            let asked = headers
                .get(&name)
                .filter(|value| !says_nothing(&name, value));
            if asked.is_none() {
                let text = template.render(|name| self.get(name)).map_err(lacking)?;
                headers.insert(name, header_value(&text)?);
            }
        }
        Ok(())
    }

    /// The credential as the definition sends it. `client` and `now` are what signatures take.
    pub fn injected(self, client: &Client, now: Timestamp) -> Result<Injected, ProviderError> {
        let inject = &self.target.auth.inject;
        let mut headers = Vec::with_capacity(inject.headers.len() + 1);
        for (name, value) in &inject.headers {
            let value = self.text(value)?;
            headers.push((header_name(name)?, sensitive(value.expose())?));
        }
        if let Some((username, password)) = &inject.basic {
            let value = basic(self.text(username)?.expose(), self.text(password)?.expose());
            headers.push((AUTHORIZATION, sensitive(value.expose())?));
        }
        let named = |place: &Option<(String, Template)>| match place {
            Some((name, value)) => Ok(Some((name.clone(), self.text(value)?))),
            None => Ok(None),
        };
        let (query, member) = (named(&inject.query)?, named(&inject.member)?);
        let signer = match &inject.signing {
            Some(signing) => Some(self.signer(signing, client, now)?),
            None => None,
        };
        Ok(Injected {
            headers,
            query,
            member,
            signer,
        })
    }

    fn signer(
        self,
        signing: &Signing,
        client: &Client,
        now: Timestamp,
    ) -> Result<Signer, ProviderError> {
        let open = |template: &Template| Ok(self.text(template)?.expose().to_owned());
        Ok(match signing {
            Signing::OAuth1(method) => {
                let of = |name: &str| self.credential?.get(name).cloned();
                let token = of(CredentialFields::ACCESS_TOKEN).zip(of(Tokens::TOKEN_SECRET));
                Signer::OAuth1(oauth1::Keys {
                    method: *method,
                    client: client.clone(),
                    token,
                    now,
                })
            }
            Signing::SigV4(keys) => Signer::SigV4(sigv4::Keys {
                service: open(&keys.service)?,
                region: open(&keys.region)?,
                access_key_id: open(&keys.access_key_id)?,
                secret_access_key: self.text(&keys.secret_access_key)?,
                // One that may be left out was.
                session_token: keys
                    .session_token
                    .as_ref()
                    .and_then(|token| self.text(token).ok()),
                now,
            }),
        })
    }

    /// The transport as this connection uses it.
    pub fn channel(self, transport: &Transport) -> Result<Channel<'_>, ProviderError> {
        match &self.target.auth.tls {
            None => Ok(transport.bare()),
            Some(tls) => transport.showing(&self.text(&tls.certificate)?, &self.text(&tls.key)?),
        }
    }

    fn text(self, template: &Template) -> Result<Secret, ProviderError> {
        let text = template.render(|name| self.get(name)).map_err(lacking)?;
        Ok(Secret::new(text.into_owned()))
    }
}

impl Injected {
    /// What must not be shown of it.
    pub fn secrets(&self) -> Vec<Secret> {
        let headers = self.headers.iter().map(|(_, value)| {
            let text = value.to_str().unwrap_or_default();
            Secret::new(text.split_once(' ').map_or(text, |(_, value)| value))
        });
        let named = self.query.iter().chain(&self.member);
        headers
            .chain(named.map(|(_, value)| value.clone()))
            .collect()
    }

    /// Puts into the headers what stands there.
    pub fn add_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
    }

    /// The parameter that stands in the query.
    pub fn query(&self) -> Option<(&str, &Secret)> {
        let (name, value) = self.query.as_ref()?;
        Some((name, value))
    }

    /// Whether it goes into the body, so that there must be one.
    pub fn needs_body(&self) -> bool {
        self.member.is_some()
    }

    /// Puts into the body what stands there.
    pub fn fill(&self, headers: &mut HeaderMap, body: Bytes) -> Result<Bytes, ProviderError> {
        match &self.member {
            Some((name, value)) => body::with_member(headers, &body, name, value),
            None => Ok(body),
        }
    }

    pub fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    /// Puts it into a request of Patchbay's own.
    pub fn apply(&self, url: &mut Url, headers: &mut HeaderMap) {
        self.add_headers(headers);
        if let Some((name, value)) = &self.query {
            let query = with_query(url.query(), name, value.expose());
            url.set_query(Some(&query));
        }
    }
}

/// Browsers send `Accept: */*` unasked.
fn says_nothing(name: &HeaderName, value: &HeaderValue) -> bool {
    *name == ACCEPT && value.as_bytes() == b"*/*"
}

/// The query with every other parameter as it was, and `name` exactly once.
pub fn with_query(query: Option<&str>, name: &str, value: &str) -> String {
    let mut out = String::new();
    for part in query
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty())
    {
        let same = url::form_urlencoded::parse(part.as_bytes()).any(|(key, _)| key == name);
        if !same {
            out.push_str(part);
            out.push('&');
        }
    }
    out.extend(url::form_urlencoded::byte_serialize(name.as_bytes()));
    out.push('=');
    out.extend(url::form_urlencoded::byte_serialize(value.as_bytes()));
    out
}

/// RFC 7617 §2.
pub fn basic(username: &str, password: &str) -> Secret {
    let pair = Secret::new(format!("{username}:{password}"));
    Secret::new(format!("Basic {}", BASE64_STANDARD.encode(pair.expose())))
}

pub fn header_name(name: &str) -> Result<HeaderName, ProviderError> {
    HeaderName::try_from(name)
        .map_err(|_| ProviderError::Refused(format!("the definition's header {name:?} is none")))
}

pub fn header_value(text: &str) -> Result<HeaderValue, ProviderError> {
    HeaderValue::try_from(text).map_err(|_| {
        ProviderError::Refused("a value holds characters that no header can carry".to_owned())
    })
}

/// A header that is not to be kept in tables or shown.
pub fn sensitive(text: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = header_value(text)?;
    value.set_sensitive(true);
    Ok(value)
}

pub fn lacking(error: RenderError) -> ProviderError {
    ProviderError::Refused(format!("what the definition needs is not there: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_keeps_all_but_the_injected_name() {
        assert_eq!(with_query(None, "key", "a b&c"), "key=a+b%26c");
        assert_eq!(
            with_query(Some("x=%2F&key=mine&y&k%65y=2&&z=1+2"), "key", "v"),
            "x=%2F&y&z=1+2&key=v"
        );
    }
}
