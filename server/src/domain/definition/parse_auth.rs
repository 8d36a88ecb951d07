//! One `[[auth]]` table.

use toml::Spanned;

use super::{
    AuthKind, AuthMethod, FieldSpec, Inject, InjectPlace, OAuth2, Template,
    check::{Checked, Checker},
    names::Kind,
    parse::fields,
    raw::{RawAuth, RawInject, Text},
};

/// The id of a method that gives none.
const DEFAULT_ID: &str = "default";

/// Every `[[auth]]` table. Where there are several, each has an id and a label.
pub fn auth_methods(checker: &Checker<'_>, raw: &[Spanned<RawAuth>]) -> Checked<Vec<AuthMethod>> {
    if raw.is_empty() {
        let message = "says no way to connect; add an [[auth]] table";
        return Err(checker.source.error(0, "auth", message));
    }
    let mut methods: Vec<AuthMethod> = Vec::with_capacity(raw.len());
    for (index, table) in raw.iter().enumerate() {
        let form = Form {
            checker,
            raw: table.get_ref(),
            offset: table.span().start,
            at: &format!("auth[{index}]"),
        };
        let method = form.method()?;
        if methods.iter().any(|other| other.id == method.id) {
            let message = format!("`{}` stands above already; give each an id", method.id);
            return form.fail("id", &message);
        }
        if raw.len() > 1 && method.label.is_none() {
            return form.fail("label", "is missing; people choose between several by it");
        }
        methods.push(method);
    }
    Ok(methods)
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

    fn method(&self) -> Checked<AuthMethod> {
        let (kind, inject) = match self.raw.kind.get_ref().as_str() {
            "oauth2_authorization_code" => self.oauth2(),
            "api_key" => self.api_key(),
            "basic" => self.basic(),
            _ => {
                let message = "is not oauth2_authorization_code, api_key or basic";
                self.checker
                    .fail(&self.raw.kind, &self.field("type"), message)
            }
        }?;
        let line = |value: &Option<Text>, name: &str, max| {
            self.checker
                .optional_line(value.as_ref(), &self.field(name), max)
        };
        Ok(AuthMethod {
            id: self.id()?,
            label: line(&self.raw.label, "label", 80)?,
            help: line(&self.raw.help, "help", 200)?,
            kind,
            inject,
        })
    }

    fn id(&self) -> Checked<String> {
        let Some(id) = &self.raw.id else {
            return Ok(DEFAULT_ID.to_owned());
        };
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let text = id.get_ref();
        if (1..=40).contains(&text.len()) && text.bytes().all(fits) {
            return Ok(text.clone());
        }
        let message = "is not 1 to 40 small letters, digits, - and _";
        self.checker.fail(id, &self.field("id"), message)
    }

    fn api_key(&self) -> Checked<(AuthKind, Inject)> {
        if let Some(name) = self.raw.first_of_basic() {
            return self.fail(name, "belongs to basic; take it out");
        }
        let fields = self.form_fields()?;
        let Some(inject) = &self.raw.inject else {
            let message = "is missing; say which header or query parameter carries the key";
            return self.fail("inject", message);
        };
        let inject = self.inject(inject)?;
        Ok((AuthKind::ApiKey { fields }, inject))
    }

    fn basic(&self) -> Checked<(AuthKind, Inject)> {
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
        Ok((kind, inject))
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
        let client = name == OAuth2::CLIENT_ID && self.raw.brings_client();
        let shared = matches!(
            self.checker.names.kind(name),
            Some(Kind::Input | Kind::Metadata | Kind::Callback)
        );
        own || token || client || shared
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
