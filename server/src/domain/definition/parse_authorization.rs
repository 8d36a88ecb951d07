//! The visit at the provider, of an `[[auth]]` table whose tokens come by a code.

use toml::Spanned;

use super::{
    Address, Authorization, Before, Endpoint, ParamNames, Step, check::Checked, names::Kind,
    parse_auth::Form,
};

impl Form<'_> {
    pub fn authorization(&self, request: &[Step]) -> Checked<Authorization> {
        let raw = self.raw;
        let (at, fragment) = self.authorization_url()?;
        self.check_callback(request)?;
        let par = match &raw.par_url {
            Some(url) => Some(Address::Url(self.checker.url(url, &self.field("par_url"))?)),
            None if self.discovery()?.is_some() => Some(Address::Discovered(Endpoint::Push)),
            None => None,
        };
        let before = match par {
            Some(at) => Before::Push(self.standard(at, &[])?),
            None => Before::Nothing,
        };
        let code_parameter = raw.code_parameter.as_ref();
        let code_parameter =
            self.checker
                .optional_line(code_parameter, &self.field("code_parameter"), 60)?;
        let issuer = self
            .checker
            .optional_url(raw.issuer.as_ref(), &self.field("issuer"))?;
        Ok(Authorization {
            at,
            fragment,
            params: self.params(raw.authorization_params.as_ref(), "authorization_params")?,
            names: ParamNames(
                raw.parameters
                    .iter()
                    .flatten()
                    .map(|(name, value)| (name.clone(), value.get_ref().clone()))
                    .collect(),
            ),
            pkce: raw.pkce.unwrap_or(true),
            issuer,
            code_parameter: code_parameter.unwrap_or_else(|| "code".to_owned()),
            callback_metadata: self
                .optional_lines(raw.callback_metadata.as_ref(), "callback_metadata")?,
            before,
        })
    }

    /// The address, and what stands behind its `#`: some providers have their page there.
    pub fn authorization_url(&self) -> Checked<(Address, Option<String>)> {
        let raw = self.raw.authorization_url.as_ref();
        let Some((base, fragment)) = raw.and_then(|raw| raw.get_ref().split_once('#')) else {
            let at = self.endpoint(raw, "authorization_url", Endpoint::Authorization)?;
            return Ok((at, None));
        };
        let span = raw.map(Spanned::span).unwrap_or_default();
        let field = self.field("authorization_url");
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.!".contains(c);
        if !fragment.chars().all(plain) || base.contains('?') {
            let message = "may hold a path behind its #, and nothing else there";
            return Err(self.checker.source.error(span.start, field, message));
        }
        let base = Spanned::new(span, base.to_owned());
        let url = self.checker.url(&base, &field)?;
        Ok((Address::Url(url), Some(fragment.to_owned())))
    }

    /// What the callback says, the person could have altered. A code proves itself at the token
    /// endpoint; anything else has to be said to be taken on trust.
    fn check_callback(&self, request: &[Step]) -> Checked<()> {
        let of_callback = |name: &str| self.checker.names.kind(name) == Some(Kind::Callback);
        let code = request
            .iter()
            .any(|step| step.names().any(|name| name == "code"));
        let trusts = self.raw.trust_callback == Some(true);
        if !code && !trusts && request.iter().any(|step| step.names().any(of_callback)) {
            let message = "would be taken on trust: whoever connects can put another's value there. Send a code along, or say trust_callback = true";
            return self.fail("callback_metadata", message);
        }
        Ok(())
    }
}
