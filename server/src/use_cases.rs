//! One operation a file. Each owns its transactions and never holds one across a provider call.

pub mod accounts;
pub mod api_keys;
pub mod appearance;
pub mod audit;
pub mod authenticate;
pub mod backup;
pub mod browser_token;
pub mod configurations;
pub mod connect;
pub mod credential;
pub mod demo;
pub mod disconnect;
pub mod embed_check;
pub mod error;
pub mod events;
pub mod get_user;
pub mod housekeeping;
pub mod integrations;
pub mod issuer_keys;
pub mod issuers;
pub mod keyring;
pub mod keys;
pub mod links;
pub mod notes;
pub mod operators;
pub mod origins;
pub mod overview;
pub mod projects;
pub mod proxy;
pub mod public_url;
pub mod refresh;
pub mod revocations;
pub mod sandbox;
pub mod settings;
pub mod snapshot;
pub mod transfer;
pub mod unlock;
pub mod users;
pub mod webhooks;
pub mod work;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use url::Url;

pub use error::{Error, Result};

use crate::{
    domain::{
        Timestamp,
        id::ProcessId,
        secret::{Sealed, Secret},
    },
    ports::{
        clock::{Clock, Entropy},
        host_pages::HostPages,
        key_source::KeySource,
        provider::{Definitions, ProviderClient},
        store::Store,
        vault::{SealedField, Vault},
        webhook_sender::WebhookSender,
    },
};

/// What every use case works with.
pub struct Services {
    pub store: Arc<dyn Store>,
    pub vault: Arc<dyn Vault>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub providers: Arc<dyn ProviderClient>,
    pub key_source: Arc<dyn KeySource>,
    pub host_pages: Arc<dyn HostPages>,
    pub webhook_sender: Arc<dyn WebhookSender>,
    pub definitions: Arc<dyn Definitions>,
    /// This process, as owner of leases.
    pub process: ProcessId,
    /// Where browsers reach Patchbay; no trailing slash in [`Services::url`]'s results.
    pub public_url: Url,
    /// False for a command beside the server: it may not know the server's whole catalog.
    pub serving: bool,
    pub caches: Caches,
    pub bells: work::Bells,
    pub doorkeeper: operators::Doorkeeper,
    pub sandbox: sandbox::Ledger,
}

/// What is kept in memory; every one is bounded.
#[derive(Default)]
pub struct Caches {
    pub snapshots: snapshot::Snapshots,
    pub tokens: authenticate::VerifiedTokens,
    pub issuer_keys: issuer_keys::IssuerKeys,
    pub credentials: credential::LiveCredentials,
    pub refreshes: refresh::Refreshes,
    pub states: get_user::RecentStates,
    pub deliveries: webhooks::deliver::UnderWay,
}

impl Services {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Opens a stored value of a row. What cannot be opened is named by its place, never shown.
    pub fn unseal(
        &self,
        table: &'static str,
        row: impl std::fmt::Display,
        field: SealedField,
        sealed: &Sealed,
    ) -> Result<Secret> {
        let opened = self.vault.open(field, sealed);
        opened.map_err(|reason| Error::Unreadable {
            table,
            row: row.to_string(),
            field: field.field,
            reason,
        })
    }

    /// 32 random bytes in base64url: a state, ticket, cookie or verifier (RFC 7636 §4.1 takes 43 characters).
    pub fn random_token(&self) -> Secret {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes);
        Secret::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A UUIDv7 of the services' own clock and chance.
    pub fn new_id(&self) -> uuid::Uuid {
        let mut bytes = [0; 10];
        self.entropy.fill(&mut bytes);
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// A UUIDv4, for ids that SDKs of the embed protocol read: they know no version 7.
    pub fn new_random_id(&self) -> uuid::Uuid {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Overwrites what was deleted. Where others are at work, a later call does.
    pub async fn scrub(&self) {
        if let Err(error) = self.store.scrub().await {
            tracing::debug!(%error, "what was deleted stays in the log until it is scrubbed later");
        }
    }

    /// An absolute URL below the public one.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// What is stored of a bearer value.
pub fn hash(value: &Secret) -> Vec<u8> {
    Sha256::digest(value.expose().as_bytes()).to_vec()
}
