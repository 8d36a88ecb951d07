//! The provider client of the process.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use url::Url;

pub use super::transport::Timeouts;
use super::{
    authorize, egress::Egress, fields, forward::Forwarder, token::Endpoint, transport::Transport,
    verify,
};
use crate::{
    domain::{
        definition::{ChoiceSource, FieldSpec},
        secret::Secret,
        token_set::{Account, CredentialFields, TokenSet},
    },
    ports::{
        clock::Clock,
        provider::{
            AuthorizationRequest, ChoicePage, Client, Incoming, Outgoing, Page, ProviderClient,
            ProviderError, Target,
        },
    },
};

/// Calls providers over HTTP, behind the egress guard. One for the whole process: connections are kept
/// open and shared.
pub struct HttpProviderClient {
    transport: Transport,
    forwarder: Forwarder,
    clock: Arc<dyn Clock>,
}

impl HttpProviderClient {
    pub fn new(egress: Egress, clock: Arc<dyn Clock>) -> Self {
        Self::with_timeouts(egress, clock, Timeouts::default())
    }

    pub fn with_timeouts(egress: Egress, clock: Arc<dyn Clock>, timeouts: Timeouts) -> Self {
        Self {
            transport: Transport::new(egress, timeouts),
            forwarder: Forwarder::new(),
            clock,
        }
    }

    fn endpoint<'a>(&'a self, target: Target<'a>, client: &'a Client) -> Endpoint<'a> {
        Endpoint {
            transport: &self.transport,
            target,
            client,
        }
    }
}

#[async_trait]
impl ProviderClient for HttpProviderClient {
    fn authorization_url(
        &self,
        target: Target<'_>,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Url, ProviderError> {
        authorize::url(target, request)
    }

    fn issuer_matches(&self, target: Target<'_>, iss: &str) -> bool {
        authorize::issuer_matches(target, iss)
    }

    fn check_fields(
        &self,
        specs: &[FieldSpec],
        values: &BTreeMap<String, Secret>,
    ) -> Result<(), (String, String)> {
        fields::check(specs, values)
    }

    async fn exchange_code(
        &self,
        target: Target<'_>,
        client: &Client,
        code: &Secret,
        verifier: Option<&Secret>,
        redirect_uri: &str,
    ) -> Result<TokenSet, ProviderError> {
        let now = self.clock.now();
        let endpoint = self.endpoint(target, client);
        endpoint.exchange(code, verifier, redirect_uri, now).await
    }

    async fn refresh(
        &self,
        target: Target<'_>,
        client: &Client,
        refresh_token: &Secret,
    ) -> Result<TokenSet, ProviderError> {
        let now = self.clock.now();
        self.endpoint(target, client)
            .refresh(refresh_token, now)
            .await
    }

    async fn revoke(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        kind: &str,
    ) -> Result<bool, ProviderError> {
        self.endpoint(target, client).revoke(credential, kind).await
    }

    async fn verify(
        &self,
        target: Target<'_>,
        credential: &CredentialFields,
    ) -> Result<Account, ProviderError> {
        verify::verify(&self.transport, target, credential).await
    }

    async fn choices(
        &self,
        target: Target<'_>,
        credential: &CredentialFields,
        source: &ChoiceSource,
        page: &Page,
    ) -> Result<ChoicePage, ProviderError> {
        verify::choices(&self.transport, target, credential, source, page).await
    }

    async fn forward(
        &self,
        target: Target<'_>,
        credential: &CredentialFields,
        request: Outgoing,
    ) -> Result<Incoming, ProviderError> {
        self.forwarder
            .forward(&self.transport, target, credential, request)
            .await
    }
}
