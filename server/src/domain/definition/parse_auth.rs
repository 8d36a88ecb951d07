//! One `[[auth]]` table.

use toml::Spanned;

use super::{
    AuthKind, AuthMethod, FieldSpec, Inject, InjectPlace, Template,
    check::{Checked, Checker},
    names::Kind,
    parse::fields,
    raw::{RawAuth, RawInject, Text},
};

pub fn auth_method(checker: &Checker<'_>, raw: &Spanned<RawAuth>, at: &str) -> Checked<AuthMethod> {
    let form = Form {
        checker,
        raw: raw.get_ref(),
        offset: raw.span().start,
        at,
    };
    match form.raw.kind.get_ref().as_str() {
        "oauth2_authorization_code" => form.oauth2(),
        "api_key" => form.api_key(),
        "basic" => form.basic(),
        _ => {
            let message = "is not oauth2_authorization_code, api_key or basic";
            checker.fail(&form.raw.kind, &form.field("type"), message)
        }
    }
}

/// The table being read, and where it stands.
pub struct Form<'a> {
    pub checker: &'a Checker<'a>,
    pub raw: &'a RawAuth,
    pub offset: usize,
    pub at: &'a str,
}

impl Form<'_> {
    pub fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    pub fn fail<T>(&self, name: &str, message: &str) -> Checked<T> {
        Err(self
            .checker
            .source
            .error(self.offset, self.field(name), message))
    }

    fn api_key(&self) -> Checked<AuthMethod> {
        if let Some(name) = self.raw.first_of_basic() {
            return self.fail(name, "belongs to basic; take it out");
        }
        let fields = self.form_fields()?;
        let Some(inject) = &self.raw.inject else {
            let message = "is missing; say which header or query parameter carries the key";
            return self.fail("inject", message);
        };
        let inject = self.inject(inject)?;
        Ok(AuthMethod {
            kind: AuthKind::ApiKey { fields },
            inject,
        })
    }

    fn basic(&self) -> Checked<AuthMethod> {
        let fields = self.form_fields()?;
        let username = self.basic_part(self.raw.username.as_ref(), "username", &fields)?;
        let password = self.basic_part(self.raw.password.as_ref(), "password", &fields)?;
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject {
                place: InjectPlace::BasicAuthorization,
                value: Template(String::new()),
            },
        };
        let kind = AuthKind::Basic {
            fields,
            username,
            password,
        };
        Ok(AuthMethod { kind, inject })
    }

    /// What the person types, in a method that is all about that.
    fn form_fields(&self) -> Checked<Vec<FieldSpec>> {
        if let Some(name) = self.raw.first_of_oauth() {
            return self.fail(name, "belongs to oauth2_authorization_code; take it out");
        }
        let raw = self.raw.fields.as_deref().unwrap_or_default();
        if raw.is_empty() {
            let message = "says nothing to ask for; add an [[auth.fields]] table";
            return self.fail("fields", message);
        }
        fields(self.checker, raw, &self.field("fields"))
    }

    fn basic_part(
        &self,
        value: Option<&Text>,
        name: &str,
        fields: &[FieldSpec],
    ) -> Checked<Template> {
        match value {
            Some(value) => self
                .checker
                .template(value, &self.field(name), |name| self.is_usable(name)),
            None if fields.iter().any(|field| field.name == name) => {
                Ok(Template(format!("${{{name}}}")))
            }
            None => {
                let message = "is missing, and no field has that name; say which field it is";
                self.fail(name, message)
            }
        }
    }

    /// Whether a credential of this method may hold `${name}`.
    fn is_usable(&self, name: &str) -> bool {
        let own = self
            .raw
            .fields
            .iter()
            .flatten()
            .any(|field| field.name.get_ref() == name);
        let token = name == "access_token" && self.raw.fields.is_none();
        let shared = matches!(
            self.checker.names.kind(name),
            Some(Kind::Input | Kind::Metadata | Kind::Callback)
        );
        own || token || shared
    }

    pub fn inject(&self, raw: &Spanned<RawInject>) -> Checked<Inject> {
        let at = self.field("inject");
        let offset = raw.span().start;
        let raw = raw.get_ref();
        let place = match (&raw.header, &raw.query) {
            (Some(header), None) => {
                let name =
                    self.checker
                        .header_name(header.get_ref(), header, &format!("{at}.header"))?;
                InjectPlace::Header(name)
            }
            (None, Some(query)) => {
                InjectPlace::Query(self.checker.line(query, &format!("{at}.query"), 100)?)
            }
            _ => {
                let message = "needs either a header or a query";
                return Err(self.checker.source.error(offset, at, message));
            }
        };
        let Some(value) = &raw.value else {
            let message = "is missing; say what is sent, as in Bearer ${api_key}";
            return Err(self
                .checker
                .source
                .error(offset, format!("{at}.value"), message));
        };
        let value = self
            .checker
            .template(value, &format!("{at}.value"), |name| self.is_usable(name))?;
        Ok(Inject { place, value })
    }
}
