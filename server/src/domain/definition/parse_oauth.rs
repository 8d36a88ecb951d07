//! An `[[auth]]` table of the type `oauth2_authorization_code`.

use std::{collections::BTreeMap, time::Duration};

use toml::Spanned;

use super::{
    AuthKind, Choices, ClientAuth, FieldSpec, Inject, InjectPlace, Lookup, OAuth2, Template,
    TokenBody, TokenResponseMap,
    check::Checked,
    parse::lines,
    parse_auth::Form,
    raw::{Map, RawLookup, RawTokenResponse, Text},
};

/// A refresh this long before a token's end, unless the definition says otherwise.
const REFRESH_MARGIN: Duration = Duration::from_secs(60);
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

impl Form<'_> {
    pub fn oauth2(&self) -> Checked<(AuthKind, Inject)> {
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
        let details = self.oauth2_details()?;
        Ok((AuthKind::OAuth2(Box::new(details)), inject))
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
            client_fields: client_fields(raw.brings_client()),
            token_body: raw.token_body.map_or(TokenBody::Form, TokenBody::from),
            pkce: raw.pkce.unwrap_or(true),
            expires_in_default: self.seconds(
                raw.expires_in_default.as_ref(),
                "expires_in_default",
                1,
            )?,
            refresh_margin: self
                .seconds(raw.refresh_margin.as_ref(), "refresh_margin", 0)?
                .unwrap_or(REFRESH_MARGIN),
            refresh_token_idle: self.seconds(
                raw.refresh_token_idle.as_ref(),
                "refresh_token_idle",
                1,
            )?,
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
        for (key, value) in raw.into_iter().flatten() {
            if OWN_PARAMS.contains(&key.as_str()) {
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

/// What a person with an app of their own is asked for.
fn client_fields(brings_client: bool) -> Vec<FieldSpec> {
    let field = |name: &str, label: &str, secret| FieldSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        secret,
        help: None,
        placeholder: None,
        pattern: None,
        host_label: false,
        choices: Choices::Free,
    };
    if !brings_client {
        return Vec::new();
    }
    vec![
        field(OAuth2::CLIENT_ID, "Client ID", false),
        field(OAuth2::CLIENT_SECRET, "Client secret", true),
    ]
}
