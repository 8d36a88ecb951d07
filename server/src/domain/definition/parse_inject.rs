//! `[auth.inject]`, `[auth.tls]` and the signatures: what is put into a call.

use toml::Spanned;

use super::{
    AuthKind, ClientCertificate, Inject, SigV4, Signing, Template,
    check::Checked,
    parse_auth::Form,
    raw::Text,
    raw_auth::{Group, RawInject, RawSigV4},
};

impl Form<'_> {
    pub fn inject(&self, raw: &Spanned<RawInject>) -> Checked<Inject> {
        let at = self.field("inject");
        let offset = raw.span().start;
        let raw = raw.get_ref();
        let template = |value: &Text, name: &str| {
            let field = format!("{at}.{name}");
            self.checker
                .template(value, &field, |name| self.is_usable(name))
        };
        let mut inject = Inject::default();
        for (name, value) in &raw.headers {
            let field = format!("headers.{name}");
            let header = self
                .checker
                .header_name(name, value, &format!("{at}.{field}"))?;
            inject.headers.push((header, template(value, &field)?));
        }
        if let Some(cookie) = &raw.cookie {
            let cookie = template(cookie, "cookie")?;
            inject.headers.push(("cookie".to_owned(), cookie));
        }
        let mut places = [&raw.header, &raw.query, &raw.body].into_iter().flatten();
        let place = match (places.next(), places.next()) {
            (Some(place), None) => Some(place),
            (None, None) if !inject.headers.is_empty() => None,
            _ => {
                let message = "needs one of header, query and body";
                return Err(self.checker.source.error(offset, at, message));
            }
        };
        let value = match (place, &raw.value) {
            (Some(_), Some(value)) => template(value, "value")?,
            (None, None) => return Ok(inject),
            (None, Some(value)) => {
                let message = "stands without header, query or body; take it out";
                return self.checker.fail(value, &format!("{at}.value"), message);
            }
            (Some(_), None) => {
                let message = "is missing; say what is sent, as in Bearer ${api_key}";
                let at = format!("{at}.value");
                return Err(self.checker.source.error(offset, at, message));
            }
        };
        if let Some(header) = &raw.header {
            let at = format!("{at}.header");
            let name = self.checker.header_name(header.get_ref(), header, &at)?;
            inject.headers.push((name, value));
        } else if let Some(query) = &raw.query {
            let name = self.checker.line(query, &format!("{at}.query"), 100)?;
            inject.query = Some((name, value));
        } else if let Some(body) = &raw.body {
            let name = self.checker.line(body, &format!("{at}.body"), 100)?;
            inject.member = Some((name, value));
        }
        Ok(inject)
    }

    /// What calls show in TLS.
    pub fn tls(&self) -> Checked<Option<ClientCertificate>> {
        let Some(raw) = &self.raw.tls else {
            return Ok(None);
        };
        let part = |value: Option<&Text>, name: &str, field: &str| {
            let at = self.field(&format!("tls.{name}"));
            match value {
                Some(value) => self
                    .checker
                    .template(value, &at, |name| self.is_usable(name)),
                None if self.is_usable(field) => Ok(Template(format!("${{{field}}}"))),
                None => {
                    let message = format!("is missing, and no field is named {field}");
                    Err(self.checker.source.error(raw.span().start, at, message))
                }
            }
        };
        let raw = raw.get_ref();
        Ok(Some(ClientCertificate {
            certificate: part(raw.certificate.as_ref(), "certificate", "certificate")?,
            key: part(raw.key.as_ref(), "key", "private_key")?,
        }))
    }

    /// `type = "aws_sigv4"`
    pub fn aws_sigv4(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[Group::Form, Group::SigV4])?;
        let fields = self.form_fields()?;
        let Some(raw) = &self.raw.sigv4 else {
            let message = "is missing; name service and region in [auth.sigv4]";
            return self.fail("sigv4", message);
        };
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject::default(),
        };
        let signing = Signing::SigV4(Box::new(self.sigv4(raw)?));
        let inject = Inject {
            signing: Some(signing),
            ..inject
        };
        let title = "AWS signature";
        Ok((AuthKind::Form { title, fields }, inject))
    }

    fn sigv4(&self, raw: &Spanned<RawSigV4>) -> Checked<SigV4> {
        let offset = raw.span().start;
        let raw = raw.get_ref();
        let at = |name: &str| self.field(&format!("sigv4.{name}"));
        let template = |value: &Text, name: &str| {
            self.checker
                .template(value, &at(name), |name| self.is_usable(name))
        };
        let part = |value: &Option<Text>, name: &str| match value {
            Some(value) => template(value, name),
            None if self.is_usable(name) => Ok(Template(format!("${{{name}}}"))),
            None => {
                let message = "is missing, and no field has that name; say which field it is";
                Err(self.checker.source.error(offset, at(name), message))
            }
        };
        let optional = self.checker.names.is_optional("session_token");
        Ok(SigV4 {
            service: template(&raw.service, "service")?,
            region: template(&raw.region, "region")?,
            access_key_id: part(&raw.access_key_id, "access_key_id")?,
            secret_access_key: part(&raw.secret_access_key, "secret_access_key")?,
            session_token: match &raw.session_token {
                Some(value) => Some(template(value, "session_token")?),
                None if optional || self.is_usable("session_token") => {
                    Some(Template("${session_token}".to_owned()))
                }
                None => None,
            },
        })
    }
}
