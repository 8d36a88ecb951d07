//! The authorization request, and whose answer its callback is.

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{
    bag::Bag,
    inject::Values,
    token::{Asking, Grant, tokens},
    transport::Channel,
};
use crate::{
    domain::{
        definition::{Address, Authorization, Before, Param, Step, Template, Tokens},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::provider::{AuthorizationRequest, Authorized, ProviderError},
};

type Params = Vec<(String, String)>;

impl Asking<'_> {
    /// RFC 6749 §4.1.1 with RFC 7636 §4.3; RFC 9126; RFC 5849 §2.1 and §2.2.
    pub async fn authorize(
        &self,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Authorized, ProviderError> {
        let tokens = tokens(self.target)?;
        let authorization = authorization(tokens)?;
        let channel = self.channel(&CredentialFields::default())?;
        let mut bag = Bag::new(self.target, self.client, &CredentialFields::default());
        let mut kept = CredentialFields::default();
        let params = match &authorization.before {
            Before::Temporary(step) => {
                kept = self.temporary(&channel, step, &mut bag, request).await?;
                let token = kept.get(Tokens::TEMPORARY).map_or("", Secret::expose);
                vec![("oauth_token".to_owned(), token.to_owned())]
            }
            before => {
                let params = self.params(tokens, authorization, request);
                match before {
                    Before::Push(step) if !self.is_absent(&channel, tokens, &step.at).await? => {
                        self.push(&channel, step, &mut bag, params).await?
                    }
                    _ => params,
                }
            }
        };
        let url = self
            .address(&channel, tokens, &authorization.at, &bag)
            .await?;
        let url = address(url, authorization, &params);
        Ok(Authorized { url, kept })
    }

    fn params(
        &self,
        tokens: &Tokens,
        authorization: &Authorization,
        request: &AuthorizationRequest<'_>,
    ) -> Params {
        let scope = self.client.scopes.join(&tokens.scope_separator);
        let standard = [
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", request.redirect_uri),
            ("state", request.state.expose()),
            ("scope", scope.as_str()),
        ];
        // An empty parameter is never sent: some providers stumble over it.
        let mut params: Params = standard
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(name, value)| {
                let name = authorization.names.of(name)?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect();
        if let Some(verifier) = request.verifier {
            let verifier = PkceCodeVerifier::new(verifier.expose().to_owned());
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
            let method = challenge.method().as_str().to_owned();
            params.push(("code_challenge".to_owned(), challenge.as_str().to_owned()));
            params.push(("code_challenge_method".to_owned(), method));
        }
        params.extend(authorization.params.clone());
        params
    }

    /// The provider keeps the parameters, and the browser carries a reference (RFC 9126 §2, §4).
    async fn push(
        &self,
        channel: &Channel<'_>,
        step: &Step,
        bag: &mut Bag,
        params: Params,
    ) -> Result<Params, ProviderError> {
        let tokens = tokens(self.target)?;
        let mut step = step.clone();
        let client_id = ("client_id".to_owned(), self.client.id.clone());
        for (name, value) in params {
            if step.params.iter().all(|param| param.name != name) {
                bag.put(&format!("{PUSHED}{name}"), &Secret::new(value));
                step.params.push(Param {
                    value: Template(format!("${{{PUSHED}{name}}}")),
                    name,
                    optional: false,
                });
            }
        }
        let answer = self.call(channel, tokens, &step, bag).await?;
        let reference = answer.at("request_uri").and_then(Value::as_str);
        match reference.filter(|_| answer.status.is_success()) {
            Some(reference) => Ok(vec![
                client_id,
                ("request_uri".to_owned(), reference.to_owned()),
            ]),
            None => Err(self.refusal(&answer, Grant::First, bag)),
        }
    }

    /// RFC 5849 §2.1. The state travels in the callback's address: the protocol has none.
    async fn temporary(
        &self,
        channel: &Channel<'_>,
        step: &Step,
        bag: &mut Bag,
        request: &AuthorizationRequest<'_>,
    ) -> Result<CredentialFields, ProviderError> {
        let and = if request.redirect_uri.contains('?') {
            '&'
        } else {
            '?'
        };
        let state: String =
            form_urlencoded::byte_serialize(request.state.expose().as_bytes()).collect();
        let callback = Secret::new(format!("{}{and}state={state}", request.redirect_uri));
        bag.put("redirect_uri", &callback);
        let answer = self.call(channel, tokens(self.target)?, step, bag).await?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer, Grant::First, bag));
        }
        self.take(step, &answer, Grant::First, bag)?;
        let taken = step.take.keys().filter_map(|name| {
            let value = bag.get(name)?.clone();
            Some((name.clone(), value))
        });
        Ok(CredentialFields(taken.collect()))
    }

    /// RFC 9207 §2.4: the declared issuer, compared as text; else an origin that the definition names.
    pub async fn issuer_matches(&self, iss: Option<&str>) -> Result<bool, ProviderError> {
        let tokens = tokens(self.target)?;
        let authorization = authorization(tokens)?;
        let Some(iss) = iss else {
            // An answer of a server that promised to say who it is, and does not, is another's.
            let channel = self.channel(&CredentialFields::default())?;
            let metadata = self.metadata(&channel, tokens).await?;
            return Ok(metadata.is_none_or(|metadata| !metadata.promises_iss));
        };
        let values = Values {
            target: self.target,
            credential: None,
        };
        if let Some(issuer) = &authorization.issuer {
            return Ok(values.url_text(issuer).is_ok_and(|issuer| issuer == iss));
        }
        let Ok(iss) = Url::parse(iss) else {
            return Ok(false);
        };
        let ends = [
            Some(&authorization.at),
            tokens.request.last().map(|step| &step.at),
        ];
        let urls = ends.into_iter().flatten().filter_map(|at| match at {
            Address::Url(url) => values.url(url).ok(),
            Address::Discovered(_) => None,
        });
        let mut origins = urls.map(|url| url.origin());
        Ok(origins.any(|origin| origin == iss.origin() && origin.is_tuple()))
    }
}

/// Where pushed parameters stand in the bag: no definition can name them.
const PUSHED: &str = "patchbay_pushed_";

fn authorization(tokens: &Tokens) -> Result<&Authorization, ProviderError> {
    tokens.authorization.as_ref().ok_or_else(|| {
        ProviderError::Refused("this integration is not connected in a window".to_owned())
    })
}

/// The URL with the parameters: in its query, or behind the page that stands in its fragment.
fn address(mut url: Url, authorization: &Authorization, params: &Params) -> Url {
    url.query_pairs_mut().extend_pairs(params);
    // Not every provider reads + as a space.
    let query = url.query().map(|query| query.replace('+', "%20"));
    match &authorization.fragment {
        None => url.set_query(query.as_deref()),
        Some(page) => {
            url.set_query(None);
            url.set_fragment(Some(&format!("{page}?{}", query.unwrap_or_default())));
        }
    }
    url
}
