//! An `[[auth]]` table of the type `oauth1` (RFC 5849).

use super::{
    Address, AuthKind, Authorization, Before, Inject, ParamNames, Renewal, SignatureMethod,
    Signing, Step, StepAuth, StepBody, Tokens, check::Checked, parse_auth::Form,
    parse_tokens::REFRESH_MARGIN, raw::Text, raw_auth::Group,
};

/// Where §2.3 has the token's secret.
const SECRET: &str = "oauth_token_secret";

impl Form<'_> {
    pub fn oauth1(&self) -> Checked<(AuthKind, Inject)> {
        self.takes_only(&[Group::Tokens, Group::Authorization, Group::OAuth1])?;
        for (name, there) in [
            ("pkce", self.raw.pkce.is_some()),
            ("par_url", self.raw.par_url.is_some()),
            ("code_parameter", self.raw.code_parameter.is_some()),
            ("trust_callback", self.raw.trust_callback.is_some()),
        ] {
            if there {
                return self.fail(name, "belongs to oauth2_authorization_code; take it out");
            }
        }
        let method = self.signature_method()?;
        let mut response = self.token_response(self.raw.token_response.as_ref())?;
        let told = self.raw.token_response.as_ref();
        if told.is_none_or(|told| told.access_token.is_none()) {
            response.access_token = "oauth_token".to_owned();
        }
        response
            .secrets
            .insert(Tokens::TOKEN_SECRET.to_owned(), SECRET.to_owned());
        let tokens = Tokens {
            title: "OAuth 1.0a",
            authorization: Some(self.oauth1_authorization(method)?),
            client: self.client(),
            fields: self.token_fields()?,
            assertion: None,
            discovery: None,
            request: vec![self.signed(self.raw.token_url.as_ref(), "token_url", method)?],
            renewal: Renewal::Never,
            revocation: None,
            introspection: None,
            response,
            default_scopes: Vec::new(),
            scope_separator: " ".to_owned(),
            expires_in_default: None,
            refresh_margin: REFRESH_MARGIN,
            refresh_token_idle: None,
            lookup: self.lookup()?,
        };
        let inject = match &self.raw.inject {
            Some(raw) => self.inject(raw)?,
            None => Inject::default(),
        };
        let inject = Inject {
            signing: Some(Signing::OAuth1(method)),
            ..inject
        };
        Ok((AuthKind::Tokens(Box::new(tokens)), inject))
    }

    fn oauth1_authorization(&self, method: SignatureMethod) -> Checked<Authorization> {
        let raw = self.raw;
        let (at, fragment) = self.authorization_url()?;
        let temporary = self.signed(raw.request_token_url.as_ref(), "request_token_url", method)?;
        Ok(Authorization {
            at,
            fragment,
            params: self.params(raw.authorization_params.as_ref(), "authorization_params")?,
            names: ParamNames::default(),
            pkce: false,
            issuer: None,
            code_parameter: "oauth_verifier".to_owned(),
            callback_metadata: self
                .optional_lines(raw.callback_metadata.as_ref(), "callback_metadata")?,
            before: Before::Temporary(temporary),
        })
    }

    /// A request whose answer is a token and its secret, as a form.
    fn signed(&self, url: Option<&Text>, name: &str, method: SignatureMethod) -> Checked<Step> {
        let Some(url) = url else {
            return self.fail(name, "is missing; oauth1 needs it");
        };
        let url = self.checker.url(url, &self.field(name))?;
        Ok(Step {
            method: "POST".to_owned(),
            at: Address::Url(url),
            headers: std::collections::BTreeMap::new(),
            params: Vec::new(),
            body: StepBody::Form,
            auth: StepAuth::OAuth1(method),
            take: [
                (Tokens::TEMPORARY.to_owned(), "oauth_token".to_owned()),
                (Tokens::TOKEN_SECRET.to_owned(), SECRET.to_owned()),
            ]
            .into(),
        })
    }

    fn signature_method(&self) -> Checked<SignatureMethod> {
        let Some(value) = &self.raw.signature_method else {
            return Ok(SignatureMethod::HmacSha1);
        };
        match value.get_ref().as_str() {
            "HMAC-SHA1" => Ok(SignatureMethod::HmacSha1),
            "HMAC-SHA256" => Ok(SignatureMethod::HmacSha256),
            _ => {
                let at = self.field("signature_method");
                self.checker
                    .fail(value, &at, "is not HMAC-SHA1 or HMAC-SHA256")
            }
        }
    }
}
