//! Requests for tokens: a definition's steps, one after the other, and what their answers hold
//! (RFC 6749 §4.1.3, §4.4, §6; RFC 7009; RFC 7523; RFC 7662; RFC 5849 §2).

pub mod read;
mod request;

use std::sync::Arc;

use super::{
    answer::Answer,
    assertion,
    bag::Bag,
    discovery::{Discovery, Metadata},
    inject::Values,
    redact::Redactor,
    transport::{Channel, Transport},
    verify,
};
use crate::{
    domain::{
        Timestamp,
        definition::{Address, Endpoint, Renewal, Step, Tokens},
        secret::Secret,
        token_set::{CredentialFields, TokenSet},
    },
    ports::provider::{Client, ProviderError, Redemption, Target},
};

/// What is asked for. It decides what a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// There is none yet.
    First,
    /// By a token that the provider gave out.
    Refresh,
    /// By what the person typed, once more.
    Again,
}

/// The endpoints of one provider that know the client.
pub struct Asking<'a> {
    pub transport: &'a Transport,
    pub discovery: &'a Discovery,
    pub target: Target<'a>,
    pub client: &'a Client,
    pub now: Timestamp,
}

impl Asking<'_> {
    pub async fn redeem(&self, redemption: Redemption<'_>) -> Result<TokenSet, ProviderError> {
        let tokens = tokens(self.target)?;
        let mut bag = Bag::new(self.target, self.client, redemption.fields);
        bag.put("code", redemption.code);
        bag.put_open("redirect_uri", redemption.redirect_uri);
        if let Some(verifier) = redemption.verifier {
            bag.put("code_verifier", verifier);
        }
        let got = self
            .ask(
                tokens,
                &tokens.request,
                &mut bag,
                redemption.fields,
                Grant::First,
            )
            .await?;
        self.with_lookup(tokens, redemption.fields, got).await
    }

    pub async fn mint(&self, fields: &CredentialFields) -> Result<TokenSet, ProviderError> {
        let tokens = tokens(self.target)?;
        let mut bag = Bag::new(self.target, self.client, fields);
        let got = self
            .ask(tokens, &tokens.request, &mut bag, fields, Grant::First)
            .await?;
        self.with_lookup(tokens, fields, got).await
    }

    pub async fn renew(&self, fields: &CredentialFields) -> Result<TokenSet, ProviderError> {
        let tokens = tokens(self.target)?;
        let mut bag = Bag::new(self.target, self.client, fields);
        let grant = match tokens.renewal {
            Renewal::Again => Grant::Again,
            _ => Grant::Refresh,
        };
        self.ask(tokens, tokens.renewing(), &mut bag, fields, grant)
            .await
    }

    /// Revokes one token (RFC 7009 §2.1). `Ok(false)`: the provider has no way to end it, or there is
    /// none of that kind.
    pub async fn revoke(
        &self,
        credential: &CredentialFields,
        kind: &str,
    ) -> Result<bool, ProviderError> {
        let Some(tokens) = self.target.auth.kind.tokens() else {
            return Ok(false);
        };
        let (Some(step), Some(token)) = (&tokens.revocation, credential.get(kind)) else {
            return Ok(false);
        };
        let channel = self.channel(credential)?;
        if self.is_absent(&channel, tokens, &step.at).await? {
            return Ok(false);
        }
        let mut bag = Bag::new(self.target, self.client, credential);
        bag.put("token", token);
        bag.put_open("token_type_hint", kind);
        let answer = self.call(&channel, tokens, step, &mut bag).await?;
        if answer.status.is_success() || read::is_gone(&answer) {
            return Ok(true);
        }
        if answer.error_code() == Some("unsupported_token_type") {
            return Ok(false);
        }
        Err(self.refusal(&answer, Grant::First, &bag))
    }

    /// The last answer's tokens.
    async fn ask(
        &self,
        tokens: &Tokens,
        steps: &[Step],
        bag: &mut Bag,
        fields: &CredentialFields,
        grant: Grant,
    ) -> Result<TokenSet, ProviderError> {
        let channel = self.channel(fields)?;
        let (last, before) = steps.split_last().ok_or_else(|| {
            ProviderError::Refused("the definition says no way to a token".to_owned())
        })?;
        for step in before {
            let answer = self.call(&channel, tokens, step, bag).await?;
            if !answer.status.is_success() {
                return Err(self.refusal(&answer, grant, bag));
            }
            self.take(step, &answer, grant, bag)?;
        }
        let answer = self.call(&channel, tokens, last, bag).await?;
        let Some(mut got) = read::token_set(tokens, &answer, self.now) else {
            return Err(self.refusal(&answer, grant, bag));
        };
        if got.expires_at.is_none() {
            got.expires_at = self.introspected(&channel, tokens, bag, &got).await;
        }
        if got.expires_at.is_none() {
            let usual = tokens.expires_in_default;
            got.expires_at = usual.and_then(|life| self.now.checked_add(life).ok());
        }
        Ok(got)
    }

    /// What the steps that follow use.
    pub fn take(
        &self,
        step: &Step,
        answer: &Answer,
        grant: Grant,
        bag: &mut Bag,
    ) -> Result<(), ProviderError> {
        for (name, place) in &step.take {
            let Some(value) = answer.place(place) else {
                return Err(match answer.error_code() {
                    Some(_) => self.refusal(answer, grant, bag),
                    None => ProviderError::Unavailable(format!("its answer holds no `{name}`")),
                });
            };
            bag.put(name, &Secret::new(value));
        }
        Ok(())
    }

    /// When the token ends, as the provider tells on being asked (RFC 7662 §2.2). One that does not
    /// tell is no fault of the token's.
    async fn introspected(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        bag: &mut Bag,
        got: &TokenSet,
    ) -> Option<Timestamp> {
        let step = tokens.introspection.as_ref()?;
        bag.put("access_token", &got.access_token);
        let answer = self.call(channel, tokens, step, bag).await;
        let found = answer.ok().filter(|answer| answer.status.is_success())?;
        read::moment(&found.place("exp")?).filter(|end| *end > self.now)
    }

    /// Learns what the definition looks up with a fresh token.
    async fn with_lookup(
        &self,
        tokens: &Tokens,
        fields: &CredentialFields,
        mut got: TokenSet,
    ) -> Result<TokenSet, ProviderError> {
        let Some(lookup) = &tokens.lookup else {
            return Ok(got);
        };
        let mut metadata = self.target.metadata.clone();
        metadata.extend(got.metadata.clone());
        let target = Target {
            metadata: &metadata,
            ..self.target
        };
        let credential = fields.with_tokens(&got);
        let values = Values {
            target,
            credential: Some(&credential),
        };
        let found = verify::lookup(self.transport, values, self.client, self.now, lookup).await?;
        got.metadata.extend(found);
        Ok(got)
    }

    pub fn channel(&self, fields: &CredentialFields) -> Result<Channel<'_>, ProviderError> {
        let values = Values {
            target: self.target,
            credential: Some(fields),
        };
        values.channel(self.transport)
    }

    /// One request, and its answer whatever it is.
    pub async fn call(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        step: &Step,
        bag: &mut Bag,
    ) -> Result<Answer, ProviderError> {
        let url = self.address(channel, tokens, &step.at, bag).await?;
        if let Some(wanted) = &tokens.assertion
            && step.names().any(|name| name == "assertion")
        {
            let audience = self.audience(channel, tokens, bag).await?;
            let signed = assertion::sign(wanted, bag, &audience, self.now)?;
            bag.put("assertion", &signed);
        }
        let request = request::of(step, url, bag, self.client, self.now)?;
        Ok(Answer::new(channel.call(request).await?))
    }

    /// Whom an assertion is for: the token endpoint (RFC 7523 §3).
    async fn audience(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        bag: &Bag,
    ) -> Result<String, ProviderError> {
        let Some(last) = tokens.request.last() else {
            return Ok(String::new());
        };
        let url = self.address(channel, tokens, &last.at, bag).await;
        // A chain's last address may not be known at its first step.
        Ok(url.map(String::from).unwrap_or_default())
    }

    pub async fn address(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        address: &Address,
        bag: &Bag,
    ) -> Result<url::Url, ProviderError> {
        match address {
            Address::Url(url) => bag.url(url),
            Address::Discovered(endpoint) => {
                let found = self.discovered(channel, tokens, *endpoint).await?;
                found.ok_or_else(|| {
                    let key = endpoint.key();
                    ProviderError::Unavailable(format!("its metadata names no {key}"))
                })
            }
        }
    }

    /// Whether the issuer's metadata leaves an address out.
    pub async fn is_absent(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        address: &Address,
    ) -> Result<bool, ProviderError> {
        match address {
            Address::Url(_) => Ok(false),
            Address::Discovered(endpoint) => {
                let found = self.discovered(channel, tokens, *endpoint).await?;
                Ok(found.is_none())
            }
        }
    }

    async fn discovered(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
        endpoint: Endpoint,
    ) -> Result<Option<url::Url>, ProviderError> {
        let metadata = self.metadata(channel, tokens).await?;
        Ok(metadata.and_then(|metadata| metadata.endpoint(endpoint).cloned()))
    }

    /// Of the issuer, where the definition leaves endpoints to it.
    pub async fn metadata(
        &self,
        channel: &Channel<'_>,
        tokens: &Tokens,
    ) -> Result<Option<Arc<Metadata>>, ProviderError> {
        let Some(issuer) = &tokens.discovery else {
            return Ok(None);
        };
        let values = Values {
            target: self.target,
            credential: None,
        };
        let issuer = values.url_text(issuer)?;
        self.discovery.of(channel, &issuer).await.map(Some)
    }

    pub fn refusal(&self, answer: &Answer, grant: Grant, bag: &Bag) -> ProviderError {
        let rules = &self.target.auth.answers;
        read::refusal(answer, grant, rules, &self.redactor(bag))
    }

    fn redactor(&self, bag: &Bag) -> Redactor {
        let secret = self.client.secret.as_ref();
        let basic = secret.map(|secret| request::client_basic(&self.client.id, secret));
        let basic = basic.and_then(|value| value.expose().strip_prefix("Basic ").map(Secret::new));
        Redactor::new(bag.secrets().chain(secret).chain(&basic))
    }
}

pub fn tokens(target: Target<'_>) -> Result<&Tokens, ProviderError> {
    target.auth.kind.tokens().ok_or_else(|| {
        ProviderError::Refused("this integration is not connected by tokens".to_owned())
    })
}
