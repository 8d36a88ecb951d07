//! An `[[auth]]` table of a type that gets tokens by OAuth 2.0, or by requests of its own.

use std::time::Duration;

use super::{
    Address, AuthKind, Choices, ClientOwner, Endpoint, FieldSpec, Inject, LifetimeUnit, Lookup,
    Renewal, Step, TokenResponseMap, Tokens,
    check::Checked,
    parse::fields,
    parse_auth::Form,
    raw::{Map, Text},
    raw_auth::{Group, RawClient, RawLookup, RawRenewal, RawTokenResponse, RawUnit},
};

/// A refresh this long before a token's end, unless the definition says otherwise.
pub const REFRESH_MARGIN: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// RFC 6749 §4.1.
    Code,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 7523 §2.1.
    JwtBearer,
    /// Whatever the definition writes down.
    Request,
}

impl TokenType {
    fn name(self) -> &'static str {
        match self {
            Self::Code => "oauth2_authorization_code",
            Self::ClientCredentials => "oauth2_client_credentials",
            Self::JwtBearer => "jwt_bearer",
            Self::Request => "token_request",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Code => "OAuth 2.0",
            Self::ClientCredentials => "Client credentials",
            Self::JwtBearer => "JWT bearer",
            Self::Request => "Token request",
        }
    }

    fn groups(self) -> &'static [Group] {
        match self {
            Self::Code => &[Group::Tokens, Group::OAuth2, Group::Authorization],
            _ => &[Group::Tokens, Group::OAuth2, Group::Form],
        }
    }
}

impl Form<'_> {
    pub fn tokens(&self, kind: TokenType) -> Checked<(AuthKind, Inject)> {
        self.takes_only(kind.groups())?;
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject::header("authorization", "Bearer ${access_token}"),
        };
        self.check_names()?;
        let request = self.request(kind)?;
        let renewal = self.renewal(kind, &request)?;
        let renewing: &[Step] = match &renewal {
            Renewal::Steps(steps) => steps,
            Renewal::Again | Renewal::Never => &[],
        };
        self.assertion_is_used(&[request.as_slice(), renewing])?;
        let authorization = match kind {
            TokenType::Code => Some(self.authorization(&request)?),
            _ => None,
        };
        let tokens = Tokens {
            title: kind.title(),
            authorization,
            client: self.client(),
            fields: self.token_fields()?,
            assertion: self.assertion()?,
            discovery: self.discovery()?,
            revocation: self.revocation()?,
            introspection: self.introspection()?,
            request,
            renewal,
            response: self.token_response(self.raw.token_response.as_ref())?,
            default_scopes: self.scopes()?,
            scope_separator: self.scope_separator()?,
            lookup: self.lookup()?,
            expires_in_default: self.seconds(
                self.raw.expires_in_default.as_ref(),
                "expires_in_default",
                1,
            )?,
            refresh_margin: self
                .seconds(self.raw.refresh_margin.as_ref(), "refresh_margin", 0)?
                .unwrap_or(REFRESH_MARGIN),
            refresh_token_idle: self.seconds(
                self.raw.refresh_token_idle.as_ref(),
                "refresh_token_idle",
                1,
            )?,
        };
        Ok((AuthKind::Tokens(Box::new(tokens)), inject))
    }

    /// Those that bring no person to the provider ask for no client unless the definition does.
    pub fn client(&self) -> ClientOwner {
        let asks_itself = matches!(
            self.raw.kind.get_ref().as_str(),
            "jwt_bearer" | "token_request"
        );
        match self.raw.client {
            Some(RawClient::Company) => ClientOwner::Company,
            Some(RawClient::User) => ClientOwner::Person,
            Some(RawClient::None) => ClientOwner::Nobody,
            None if asks_itself => ClientOwner::Nobody,
            None => ClientOwner::Company,
        }
    }

    pub fn token_fields(&self) -> Checked<Vec<FieldSpec>> {
        let mut all = client_fields(self.raw.brings_client());
        let own = self.raw.fields.as_deref().unwrap_or_default();
        all.extend(fields(self.checker, own, &self.field("fields"))?);
        Ok(all)
    }

    pub fn endpoint(
        &self,
        value: Option<&Text>,
        name: &str,
        endpoint: Endpoint,
    ) -> Checked<Address> {
        match self.checker.optional_url(value, &self.field(name))? {
            Some(url) => Ok(Address::Url(url)),
            None if self.raw.issuer.is_some() => Ok(Address::Discovered(endpoint)),
            None => {
                let kind = self.raw.kind.get_ref();
                let message = format!("is missing; {kind} needs it, or an issuer that tells it");
                self.fail(name, &message)
            }
        }
    }

    fn token_endpoint(&self) -> Checked<Address> {
        self.endpoint(self.raw.token_url.as_ref(), "token_url", Endpoint::Token)
    }

    /// The issuer, where an endpoint is left to its metadata.
    pub fn discovery(&self) -> Checked<Option<super::Template>> {
        let window = self.raw.kind.get_ref() == TokenType::Code.name();
        let needs = (self.raw.token_url.is_none() && self.raw.request.is_none())
            || (window && self.raw.authorization_url.is_none());
        match &self.raw.issuer {
            Some(issuer) if needs => Ok(Some(self.checker.url(issuer, &self.field("issuer"))?)),
            _ => Ok(None),
        }
    }

    fn request(&self, kind: TokenType) -> Checked<Vec<Step>> {
        if self.raw.request.is_some() {
            let steps = self.steps(self.raw.request.as_deref(), "request")?;
            if !steps.is_empty() {
                return Ok(steps);
            }
        }
        let params: &[(&str, &str)] = match kind {
            TokenType::Code => &[
                ("grant_type", "authorization_code"),
                ("code", "${code}"),
                ("redirect_uri", "${redirect_uri}"),
                ("code_verifier", "${code_verifier}"),
            ],
            TokenType::ClientCredentials => {
                &[("grant_type", "client_credentials"), ("scope", "${scope}")]
            }
            TokenType::JwtBearer => {
                if self.raw.assertion.is_none() {
                    return self.fail("assertion", "is missing; say what is signed");
                }
                &[
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", "${assertion}"),
                ]
            }
            TokenType::Request => {
                let message = "is missing; write the requests that lead to a token";
                return self.fail("request", message);
            }
        };
        Ok(vec![self.token_step(self.token_endpoint()?, params)?])
    }

    /// A standard request of the token endpoint, with the definition's own parameters and headers.
    fn token_step(&self, at: Address, params: &[(&str, &str)]) -> Checked<Step> {
        let mut step = self.standard(at, params)?;
        let own = self.raw.token_params.as_ref();
        self.check_params(own, "token_params")?;
        let at = self.field("token_params");
        step.params
            .extend(self.templates(own.unwrap_or(&Map::new()), &at)?);
        for (name, value) in self.raw.token_headers.iter().flatten() {
            let at = format!("{}.{name}", self.field("token_headers"));
            let name = self.checker.header_name(name, value, &at)?;
            step.headers.insert(name, self.step_value(value, &at)?);
        }
        Ok(step)
    }

    fn renewal(&self, kind: TokenType, request: &[Step]) -> Checked<Renewal> {
        if self.raw.renew.is_some() {
            if let Some(renewal) = &self.raw.renewal {
                let message = "stands beside [[auth.renew]]; leave one of them out";
                let offset = renewal.span().start;
                return Err(self
                    .checker
                    .source
                    .error(offset, self.field("renewal"), message));
            }
            let steps = self.steps(self.raw.renew.as_deref(), "renew")?;
            return Ok(Renewal::Steps(steps));
        }
        let usual = match kind {
            TokenType::Code => RawRenewal::RefreshToken,
            _ => RawRenewal::Again,
        };
        match self
            .raw
            .renewal
            .as_ref()
            .map_or(usual, |raw| *raw.get_ref())
        {
            RawRenewal::Never => Ok(Renewal::Never),
            RawRenewal::Again if request.iter().any(|step| step.names().any(is_of_flow)) => {
                let message = "is not possible: a request names what only a window brings; write [[auth.renew]]";
                self.fail("renewal", message)
            }
            RawRenewal::Again => Ok(Renewal::Again),
            RawRenewal::RefreshToken
                if self.raw.request.is_some()
                    && self.raw.token_url.is_none()
                    && self.raw.refresh_url.is_none() =>
            {
                // Only the requests of the file know where to.
                let message = "is left out beside [[auth.request]]; say again, never, or write [[auth.renew]]";
                self.fail("renewal", message)
            }
            RawRenewal::RefreshToken => {
                let url = self.raw.refresh_url.as_ref();
                let url = url.or(self.raw.token_url.as_ref());
                let name = if self.raw.refresh_url.is_some() {
                    "refresh_url"
                } else {
                    "token_url"
                };
                let at = self.endpoint(url, name, Endpoint::Token)?;
                let params = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", "${refresh_token}"),
                ];
                Ok(Renewal::Steps(vec![self.token_step(at, &params)?]))
            }
        }
    }

    fn revocation(&self) -> Checked<Option<Step>> {
        if self.raw.revocation_url.is_none() && self.discovery()?.is_none() {
            return Ok(None);
        }
        let url = self.raw.revocation_url.as_ref();
        let at = self.endpoint(url, "revocation_url", Endpoint::Revocation)?;
        let params = [
            ("token", "${token}"),
            ("token_type_hint", "${token_type_hint}"),
        ];
        self.standard(at, &params).map(Some)
    }

    fn introspection(&self) -> Checked<Option<Step>> {
        let field = self.field("introspection_url");
        let url = self.raw.introspection_url.as_ref();
        let Some(url) = self.checker.optional_url(url, &field)? else {
            return Ok(None);
        };
        let params = [
            ("token", "${access_token}"),
            ("token_type_hint", "access_token"),
        ];
        self.standard(Address::Url(url), &params).map(Some)
    }

    pub fn token_response(&self, raw: Option<&RawTokenResponse>) -> Checked<TokenResponseMap> {
        let usual = TokenResponseMap::default();
        let Some(raw) = raw else { return Ok(usual) };
        let at = self.field("token_response");
        let place = |value: &Option<Text>, name: &str, usual: String| {
            value.as_ref().map_or(Ok(usual), |value| {
                self.place(value, &format!("{at}.{name}"))
            })
        };
        let expires_at = raw.expires_at.as_ref();
        let expires_at = expires_at.map(|value| self.place(value, &format!("{at}.expires_at")));
        Ok(TokenResponseMap {
            access_token: place(&raw.access_token, "access_token", usual.access_token)?,
            refresh_token: place(&raw.refresh_token, "refresh_token", usual.refresh_token)?,
            expires_in: place(&raw.expires_in, "expires_in", usual.expires_in)?,
            expires_in_unit: match raw.expires_in_unit {
                Some(RawUnit::Milliseconds) => LifetimeUnit::Milliseconds,
                Some(RawUnit::Seconds) | None => LifetimeUnit::Seconds,
            },
            expires_at: expires_at.transpose()?,
            scope: place(&raw.scope, "scope", usual.scope)?,
            metadata: self.places(&raw.metadata, &format!("{at}.metadata"))?,
            secrets: self.places(&raw.secrets, &format!("{at}.secrets"))?,
        })
    }

    pub fn lookup(&self) -> Checked<Option<Lookup>> {
        let at = self.field("lookup");
        let read = |raw: &RawLookup| {
            Ok(Lookup {
                url: self.checker.url(&raw.url, &format!("{at}.url"))?,
                metadata: self.places(&raw.metadata, &format!("{at}.metadata"))?,
            })
        };
        self.raw.lookup.as_ref().map(read).transpose()
    }
}

/// What is there only while a person connects.
fn is_of_flow(name: &str) -> bool {
    matches!(name, "code" | "code_verifier" | "redirect_uri")
}

/// What a person with an app of their own is asked for.
fn client_fields(brings_client: bool) -> Vec<FieldSpec> {
    let field = |name: &str, label: &str, secret| FieldSpec {
        name: name.to_owned(),
        label: label.to_owned(),
        secret,
        multiline: false,
        optional: false,
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
        field(Tokens::CLIENT_ID, "Client ID", false),
        field(Tokens::CLIENT_SECRET, "Client secret", true),
    ]
}
