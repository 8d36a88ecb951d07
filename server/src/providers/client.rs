//! The provider client of the process.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;

pub use super::transport::Timeouts;
use super::{
    discovery::Discovery, egress::Egress, fields, forward::Forwarder, inject::Values,
    token::Asking, transport::Transport, verify,
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
            AuthorizationRequest, Authorized, ChoicePage, Client, Incoming, Outgoing, Page,
            ProviderClient, ProviderError, Redemption, Target,
        },
    },
};

/// Calls providers over HTTP, behind the egress guard. One for the whole process: connections are kept
/// open and shared.
pub struct HttpProviderClient {
    transport: Transport,
    forwarder: Forwarder,
    discovery: Discovery,
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
            discovery: Discovery::new(),
            clock,
        }
    }

    fn asking<'a>(&'a self, target: Target<'a>, client: &'a Client) -> Asking<'a> {
        Asking {
            transport: &self.transport,
            discovery: &self.discovery,
            target,
            client,
            now: self.clock.now(),
        }
    }
}

#[async_trait]
impl ProviderClient for HttpProviderClient {
    async fn authorize(
        &self,
        target: Target<'_>,
        client: &Client,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Authorized, ProviderError> {
        self.asking(target, client).authorize(request).await
    }

    async fn issuer_matches(
        &self,
        target: Target<'_>,
        iss: Option<&str>,
    ) -> Result<bool, ProviderError> {
        let nobody = Client::default();
        self.asking(target, &nobody).issuer_matches(iss).await
    }

    fn check_fields(
        &self,
        specs: &[FieldSpec],
        values: &BTreeMap<String, Secret>,
    ) -> Result<(), (String, String)> {
        fields::check(specs, values)
    }

    async fn redeem(
        &self,
        target: Target<'_>,
        client: &Client,
        redemption: Redemption<'_>,
    ) -> Result<TokenSet, ProviderError> {
        self.asking(target, client).redeem(redemption).await
    }

    async fn mint(
        &self,
        target: Target<'_>,
        client: &Client,
        fields: &CredentialFields,
    ) -> Result<TokenSet, ProviderError> {
        self.asking(target, client).mint(fields).await
    }

    async fn renew(
        &self,
        target: Target<'_>,
        client: &Client,
        fields: &CredentialFields,
    ) -> Result<TokenSet, ProviderError> {
        self.asking(target, client).renew(fields).await
    }

    async fn revoke(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        kind: &str,
    ) -> Result<bool, ProviderError> {
        self.asking(target, client).revoke(credential, kind).await
    }

    async fn verify(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
    ) -> Result<Account, ProviderError> {
        let now = self.clock.now();
        verify::verify(&self.transport, target, client, credential, now).await
    }

    async fn choices(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        source: &ChoiceSource,
        page: &Page,
    ) -> Result<ChoicePage, ProviderError> {
        let signing = (client, self.clock.now());
        verify::choices(&self.transport, target, signing, credential, source, page).await
    }

    async fn forward(
        &self,
        target: Target<'_>,
        client: &Client,
        credential: &CredentialFields,
        request: Outgoing,
    ) -> Result<Incoming, ProviderError> {
        let values = Values {
            target,
            credential: Some(credential),
        };
        let signing = (client, self.clock.now());
        self.forwarder
            .forward(&self.transport, values, signing, request)
            .await
    }
}
