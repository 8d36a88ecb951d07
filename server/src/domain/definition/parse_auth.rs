//! One `[[auth]]` table.

use toml::Spanned;

use super::{
    AuthKind, AuthMethod, FieldSpec, Inject, Template, Tokens,
    check::{Checked, Checker},
    names::Kind,
    parse::fields,
    parse_tokens::TokenType,
    raw::Text,
    raw_auth::{Group, RawAuth},
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
        let (kind, inject) = self.kind()?;
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
            tls: self.tls()?,
            answers: self.answers()?,
        })
    }

    fn kind(&self) -> Checked<(AuthKind, Inject)> {
        match self.raw.kind.get_ref().as_str() {
            "oauth2_authorization_code" => self.tokens(TokenType::Code),
            "oauth2_client_credentials" => self.tokens(TokenType::ClientCredentials),
            "jwt_bearer" => self.tokens(TokenType::JwtBearer),
            "token_request" => self.tokens(TokenType::Request),
            "oauth1" => self.oauth1(),
            "api_key" => self.api_key(),
            "basic" => self.basic(),
            "aws_sigv4" => self.aws_sigv4(),
            "mtls" => self.mtls(),
            "none" => self.none(),
            _ => {
                let message = "is not oauth2_authorization_code, oauth2_client_credentials, jwt_bearer, token_request, oauth1, api_key, basic, aws_sigv4, mtls or none";
                self.checker
                    .fail(&self.raw.kind, &self.field("type"), message)
            }
        }
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

    /// Refuses what the type does not take.
    pub fn takes_only(&self, groups: &[Group]) -> Checked<()> {
        match self.raw.first_outside(groups) {
            Some((name, message)) => self.fail(name, message),
            None => Ok(()),
        }
    }

    fn api_key(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[Group::Form])?;
        let fields = self.form_fields()?;
        let Some(inject) = &self.raw.inject else {
            let message = "is missing; say which header or query parameter carries the key";
            return self.fail("inject", message);
        };
        let inject = self.inject(inject)?;
        let title = "API key";
        Ok((AuthKind::Form { title, fields }, inject))
    }

    fn basic(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[Group::Form, Group::Basic])?;
        let fields = self.form_fields()?;
        let username = self.part(self.raw.username.as_ref(), "username", &fields)?;
        let password = self.part(self.raw.password.as_ref(), "password", &fields)?;
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject {
                basic: Some((username, password)),
                ..Inject::default()
            },
        };
        let title = "Basic";
        Ok((AuthKind::Form { title, fields }, inject))
    }

    fn mtls(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[Group::Form])?;
        if self.raw.tls.is_none() {
            let message = "is missing; say which fields are the certificate and its key";
            return self.fail("tls", message);
        }
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject::default(),
        };
        let (title, fields) = ("Client certificate", self.form_fields()?);
        Ok((AuthKind::Form { title, fields }, inject))
    }

    /// Calls go as they are.
    fn none(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[])?;
        if self.raw.inject.is_some() {
            return self.fail(
                "inject",
                "is for a credential, and there is none; take it out",
            );
        }
        if self.raw.tls.is_some() {
            return self.fail("tls", "is for a credential, and there is none; take it out");
        }
        let (title, fields) = ("None", Vec::new());
        Ok((AuthKind::Form { title, fields }, Inject::default()))
    }

    /// What the person types, in a method that is all about that.
    pub fn form_fields(&self) -> Checked<Vec<FieldSpec>> {
        let raw = self.raw.fields.as_deref().unwrap_or_default();
        if raw.is_empty() {
            let message = "says nothing to ask for; add an [[auth.fields]] table";
            return self.fail("fields", message);
        }
        fields(self.checker, raw, &self.field("fields"))
    }

    /// A part of the credential: what the table says, or the field of that name.
    pub fn part(
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

    /// Whether a credential of this method holds `${name}`.
    pub fn is_usable(&self, name: &str) -> bool {
        if self.checker.names.is_optional(name) {
            return false;
        }
        let own = self
            .raw
            .fields
            .iter()
            .flatten()
            .any(|field| field.name.get_ref() == name);
        let token = name == "access_token" && self.gets_tokens();
        let client = name == Tokens::CLIENT_ID && self.raw.brings_client();
        let shared = matches!(
            self.checker.names.kind(name),
            Some(Kind::Input | Kind::Metadata | Kind::Callback | Kind::Secret)
        );
        own || token || client || shared
    }

    fn gets_tokens(&self) -> bool {
        let kind = self.raw.kind.get_ref();
        kind.starts_with("oauth") || matches!(kind.as_str(), "jwt_bearer" | "token_request")
    }
}

/// The name of a member in a JSON key file.
pub fn is_member(name: &str) -> bool {
    (1..=60).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
