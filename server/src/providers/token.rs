//! The token and revocation endpoints (RFC 6749 §4.1.3, §6; RFC 7009).

mod read;

use http::{
    HeaderMap, HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use url::{Url, form_urlencoded};

use super::{
    answer::Answer,
    authorize::oauth2,
    inject::{Values, basic, header_name, header_value, sensitive},
    redact::Redactor,
    transport::{Body, Transport, uri},
    verify,
};
use crate::{
    domain::{
        Timestamp,
        definition::{ClientAuth, OAuth2, Template, TokenBody},
        secret::Secret,
        token_set::{CredentialFields, TokenSet},
    },
    ports::provider::{Client, ProviderError, Target},
};

/// What is asked of the token endpoint. It decides what `invalid_grant` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    Code,
    Refresh,
}

/// One call to an endpoint that knows the client.
pub struct Endpoint<'a> {
    pub transport: &'a Transport,
    pub target: Target<'a>,
    pub client: &'a Client,
}

type Params<'a> = Vec<(&'a str, &'a str)>;

impl<'a> Endpoint<'a> {
    pub async fn exchange(
        &self,
        code: &Secret,
        verifier: Option<&Secret>,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<TokenSet, ProviderError> {
        let oauth2 = oauth2(self.target)?;
        let mut params = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri),
        ];
        if let Some(verifier) = verifier {
            params.push(("code_verifier", verifier.expose()));
        }
        params.extend(pairs(oauth2));
        let redactor = self.redactor([Some(code), verifier]);
        let answer = self.post(&oauth2.token_url, params, true).await?;
        let tokens = read::token_set(oauth2, &answer, Grant::Code, &redactor, now)?;
        self.with_lookup(oauth2, tokens).await
    }

    pub async fn refresh(
        &self,
        refresh_token: &Secret,
        now: Timestamp,
    ) -> Result<TokenSet, ProviderError> {
        let oauth2 = oauth2(self.target)?;
        let mut params = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ];
        params.extend(pairs(oauth2));
        let redactor = self.redactor([Some(refresh_token)]);
        let url = oauth2.refresh_url.as_ref().unwrap_or(&oauth2.token_url);
        let answer = self.post(url, params, true).await?;
        read::token_set(oauth2, &answer, Grant::Refresh, &redactor, now)
    }

    /// Revokes one token (RFC 7009 §2.1). `Ok(false)`: the provider has no way to end it, or there is
    /// none of that kind.
    pub async fn revoke(
        &self,
        credential: &CredentialFields,
        kind: &str,
    ) -> Result<bool, ProviderError> {
        let Some(oauth2) = self.target.auth.kind.oauth2() else {
            return Ok(false);
        };
        let Some(url) = &oauth2.revocation_url else {
            return Ok(false);
        };
        let Some(token) = credential.get(kind) else {
            return Ok(false);
        };
        let params = vec![("token", token.expose()), ("token_type_hint", kind)];
        let answer = self.post(url, params, false).await?;
        if answer.status.is_success() || read::is_gone(&answer) {
            return Ok(true);
        }
        if answer.error_code() == Some("unsupported_token_type") {
            return Ok(false);
        }
        Err(read::refusal(
            &answer,
            Grant::Code,
            &self.redactor([Some(token)]),
        ))
    }

    /// Learns what the definition looks up with a fresh token.
    async fn with_lookup(
        &self,
        oauth2: &OAuth2,
        mut tokens: TokenSet,
    ) -> Result<TokenSet, ProviderError> {
        let Some(lookup) = &oauth2.lookup else {
            return Ok(tokens);
        };
        let mut metadata = self.target.metadata.clone();
        metadata.extend(tokens.metadata.clone());
        let target = Target {
            metadata: &metadata,
            ..self.target
        };
        let credential = CredentialFields::default().with_tokens(&tokens);
        let values = Values {
            target,
            credential: Some(&credential),
        };
        let found = verify::lookup(self.transport, values, lookup).await?;
        tokens.metadata.extend(found);
        Ok(tokens)
    }

    async fn post(
        &self,
        url: &Template,
        mut params: Params<'_>,
        token_call: bool,
    ) -> Result<Answer, ProviderError> {
        let oauth2 = oauth2(self.target)?;
        let values = Values {
            target: self.target,
            credential: None,
        };
        let url = values.url(url)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if token_call {
            for (name, value) in &oauth2.token_headers {
                headers.insert(header_name(name)?, header_value(value)?);
            }
        }
        match (&self.client.secret, oauth2.client_auth) {
            (Some(secret), ClientAuth::Basic) => {
                let value = client_basic(&self.client.id, secret);
                headers.insert(AUTHORIZATION, sensitive(value.expose())?);
            }
            (secret, _) => {
                params.push(("client_id", &self.client.id));
                params.extend(
                    secret
                        .iter()
                        .map(|secret| ("client_secret", secret.expose())),
                );
            }
        }
        let request = request(&url, headers, &params, oauth2.token_body)?;
        Ok(Answer::new(self.transport.call(request).await?))
    }

    fn redactor<'s>(&'s self, sent: impl IntoIterator<Item = Option<&'s Secret>>) -> Redactor {
        let secret = self.client.secret.as_ref();
        let basic = secret.map(|secret| client_basic(&self.client.id, secret));
        let basic = basic.and_then(|value| value.expose().strip_prefix("Basic ").map(Secret::new));
        let mut secrets: Vec<&Secret> = sent.into_iter().flatten().collect();
        secrets.extend(secret);
        secrets.extend(&basic);
        Redactor::new(secrets)
    }
}

/// RFC 6749 §2.3.1: both halves form-encoded before they are joined.
fn client_basic(id: &str, secret: &Secret) -> Secret {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = Secret::new(encode(secret.expose()));
    basic(&encode(id), secret.expose())
}

fn pairs(oauth2: &OAuth2) -> impl Iterator<Item = (&str, &str)> {
    oauth2
        .token_params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

fn request(
    url: &Url,
    mut headers: HeaderMap,
    params: &Params<'_>,
    body: TokenBody,
) -> Result<Request<Body>, ProviderError> {
    let (kind, text) = match body {
        TokenBody::Form => {
            let text = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(params)
                .finish();
            ("application/x-www-form-urlencoded", text)
        }
        TokenBody::Json => {
            let fields = params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()));
            (
                "application/json",
                serde_json::Value::Object(fields.collect()).to_string(),
            )
        }
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let mut request = Request::new(Body::Whole(text.into()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri(url)?;
    *request.headers_mut() = headers;
    Ok(request)
}
