//! One `[[auth]]` table.

use std::{collections::BTreeMap, time::Duration};

use toml::Spanned;

use super::{
    AuthKind, AuthMethod, ClientAuth, Inject, InjectPlace, Lookup, OAuth2, Template, TokenBody,
    TokenResponseMap,
    check::{Checked, Checker},
    names::Kind,
    parse::{fields, lines},
    raw::{Map, RawAuth, RawInject, RawLookup, RawTokenResponse, Text},
};

/// A refresh this long before a token's end, unless the definition says otherwise.
const REFRESH_MARGIN: i64 = 60;
const YEAR: i64 = 366 * 24 * 3600;

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
struct Form<'a> {
    checker: &'a Checker<'a>,
    raw: &'a RawAuth,
    offset: usize,
    at: &'a str,
}

impl Form<'_> {
    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    fn fail<T>(&self, name: &str, message: &str) -> Checked<T> {
        Err(self
            .checker
            .source
            .error(self.offset, self.field(name), message))
    }

    fn oauth2(&self) -> Checked<AuthMethod> {
        if self.raw.fields.is_some() {
            return self.fail(
                "fields",
                "belongs to api_key and basic; ask before connecting with [[inputs]]",
            );
        }
        if let Some(name) = self.raw.first_of_basic() {
            return self.fail(name, "belongs to basic; take it out");
        }
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject {
                place: InjectPlace::Header("authorization".to_owned()),
                value: Template("Bearer ${access_token}".to_owned()),
            },
        };
        Ok(AuthMethod {
            kind: AuthKind::OAuth2(Box::new(self.oauth2_details()?)),
            inject,
        })
    }

    fn oauth2_details(&self) -> Checked<OAuth2> {
        let raw = self.raw;
        let url = |value: &Option<Text>, name: &str| {
            self.checker.optional_url(value.as_ref(), &self.field(name))
        };
        let required = |value: &Option<Text>, name: &str| match url(value, name)? {
            Some(template) => Ok(template),
            None => self.fail(name, "is missing; oauth2_authorization_code needs it"),
        };
        Ok(OAuth2 {
            authorization_url: required(&raw.authorization_url, "authorization_url")?,
            token_url: required(&raw.token_url, "token_url")?,
            refresh_url: url(&raw.refresh_url, "refresh_url")?,
            revocation_url: url(&raw.revocation_url, "revocation_url")?,
            issuer: url(&raw.issuer, "issuer")?,
            default_scopes: self.scopes()?,
            scope_separator: self.scope_separator()?,
            client_auth: raw.client_auth.map_or(ClientAuth::Body, ClientAuth::from),
            token_body: raw.token_body.map_or(TokenBody::Form, TokenBody::from),
            pkce: raw.pkce.unwrap_or(true),
            expires_in_default: self.seconds(
                raw.expires_in_default.as_ref(),
                "expires_in_default",
                1,
            )?,
            refresh_margin: self
                .seconds(raw.refresh_margin.as_ref(), "refresh_margin", 0)?
                .unwrap_or(Duration::from_secs(REFRESH_MARGIN.unsigned_abs())),
            authorization_params: self
                .params(raw.authorization_params.as_ref(), "authorization_params")?,
            token_params: self.params(raw.token_params.as_ref(), "token_params")?,
            token_headers: self.token_headers()?,
            token_response: self.token_response(raw.token_response.as_ref())?,
            callback_metadata: self
                .optional_lines(raw.callback_metadata.as_ref(), "callback_metadata")?,
            lookup: raw
                .lookup
                .as_ref()
                .map(|lookup| self.lookup(lookup))
                .transpose()?,
        })
    }

    fn api_key(&self) -> Checked<AuthMethod> {
        if let Some(name) = self.raw.first_of_oauth() {
            return self.fail(name, "belongs to oauth2_authorization_code; take it out");
        }
        if let Some(name) = self.raw.first_of_basic() {
            return self.fail(name, "belongs to basic; take it out");
        }
        let fields = fields(
            self.checker,
            self.raw.fields.as_deref().unwrap_or_default(),
            &self.field("fields"),
        )?;
        if fields.is_empty() {
            return self.fail(
                "fields",
                "says nothing to ask for; add an [[auth.fields]] table",
            );
        }
        let Some(inject) = &self.raw.inject else {
            return self.fail(
                "inject",
                "is missing; say which header or query parameter carries the key",
            );
        };
        let inject = self.inject(inject)?;
        Ok(AuthMethod {
            kind: AuthKind::ApiKey { fields },
            inject,
        })
    }

    fn basic(&self) -> Checked<AuthMethod> {
        if let Some(name) = self.raw.first_of_oauth() {
            return self.fail(name, "belongs to oauth2_authorization_code; take it out");
        }
        let fields = fields(
            self.checker,
            self.raw.fields.as_deref().unwrap_or_default(),
            &self.field("fields"),
        )?;
        if fields.is_empty() {
            return self.fail(
                "fields",
                "says nothing to ask for; add an [[auth.fields]] table",
            );
        }
        let part = |value: &Option<Text>, name: &str| match value {
            Some(value) => self
                .checker
                .template(value, &self.field(name), |n| self.is_usable(n)),
            None if fields.iter().any(|field| field.name == name) => {
                Ok(Template(format!("${{{name}}}")))
            }
            None => self.fail(
                name,
                "is missing, and no field has that name; say which field it is",
            ),
        };
        let (username, password) = (
            part(&self.raw.username, "username")?,
            part(&self.raw.password, "password")?,
        );
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject {
                place: InjectPlace::BasicAuthorization,
                value: Template(String::new()),
            },
        };
        Ok(AuthMethod {
            kind: AuthKind::Basic {
                fields,
                username,
                password,
            },
            inject,
        })
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

    fn inject(&self, raw: &Spanned<RawInject>) -> Checked<Inject> {
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
                return Err(self.checker.source.error(
                    offset,
                    at,
                    "needs either a header or a query",
                ));
            }
        };
        let Some(value) = &raw.value else {
            return Err(self.checker.source.error(
                offset,
                format!("{at}.value"),
                "is missing; say what is sent, as in Bearer ${api_key}",
            ));
        };
        let value = self
            .checker
            .template(value, &format!("{at}.value"), |name| self.is_usable(name))?;
        Ok(Inject { place, value })
    }

    fn scopes(&self) -> Checked<Vec<String>> {
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

    fn scope_separator(&self) -> Checked<String> {
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

    fn seconds(
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
    fn params(&self, raw: Option<&Map>, name: &str) -> Checked<BTreeMap<String, String>> {
        const OWN: [&str; 12] = [
            "client_id",
            "client_secret",
            "redirect_uri",
            "state",
            "response_type",
            "code",
            "code_challenge",
            "code_challenge_method",
            "code_verifier",
            "grant_type",
            "refresh_token",
            "scope",
        ];
        for (key, value) in raw.into_iter().flatten() {
            if OWN.contains(&key.as_str()) {
                let at = format!("{}.{key}", self.field(name));
                return self
                    .checker
                    .fail(value, &at, "is Patchbay's own to set; take it out");
            }
        }
        self.optional_lines(raw, name)
    }

    fn token_headers(&self) -> Checked<BTreeMap<String, String>> {
        let at = self.field("token_headers");
        let mut headers = BTreeMap::new();
        for (name, value) in self.raw.token_headers.iter().flatten() {
            let at = format!("{at}.{name}");
            let name = self.checker.header_name(name, value, &at)?;
            headers.insert(name, self.checker.line(value, &at, 500)?);
        }
        Ok(headers)
    }

    fn optional_lines(&self, raw: Option<&Map>, name: &str) -> Checked<BTreeMap<String, String>> {
        raw.map_or(Ok(BTreeMap::new()), |raw| {
            lines(self.checker, raw, &self.field(name))
        })
    }

    fn paths(&self, raw: &Map, at: &str) -> Checked<BTreeMap<String, String>> {
        raw.iter()
            .map(|(name, value)| {
                Ok((
                    name.clone(),
                    self.checker.json_path(value, &format!("{at}.{name}"))?,
                ))
            })
            .collect()
    }

    fn token_response(&self, raw: Option<&RawTokenResponse>) -> Checked<TokenResponseMap> {
        let usual = TokenResponseMap::default();
        let Some(raw) = raw else { return Ok(usual) };
        let at = self.field("token_response");
        let path = |value: &Option<Text>, name: &str, usual: String| {
            value.as_ref().map_or(Ok(usual), |value| {
                self.checker.json_path(value, &format!("{at}.{name}"))
            })
        };
        Ok(TokenResponseMap {
            access_token: path(&raw.access_token, "access_token", usual.access_token)?,
            refresh_token: path(&raw.refresh_token, "refresh_token", usual.refresh_token)?,
            expires_in: path(&raw.expires_in, "expires_in", usual.expires_in)?,
            scope: path(&raw.scope, "scope", usual.scope)?,
            metadata: self.paths(&raw.metadata, &format!("{at}.metadata"))?,
        })
    }

    fn lookup(&self, raw: &RawLookup) -> Checked<Lookup> {
        let at = self.field("lookup");
        Ok(Lookup {
            url: self.checker.url(&raw.url, &format!("{at}.url"))?,
            metadata: self.paths(&raw.metadata, &format!("{at}.metadata"))?,
        })
    }
}
