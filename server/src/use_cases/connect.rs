//! `connect`: an account of a user becomes a connection.

pub mod fields;
pub mod finish;
pub mod flow;
pub mod open;

use std::collections::BTreeMap;

use super::{Error, Result, Services, credential, snapshot::SetUp};
use crate::{
    access::EndUser,
    domain::{
        Timestamp,
        connection::{Connection, ConnectionStatus},
        id::{ConnectionId, IntegrationId},
        token_set::{Account, CredentialFields},
    },
    ports::{
        provider::Client,
        store::{NewCredential, UnitOfWork},
        vault::SealedField,
    },
};

/// The field name under which an integration's client secret is sealed.
pub const CLIENT_SECRET: &str = "client_secret";

/// The company's registration at the provider.
pub fn client_of(services: &Services, set_up: &SetUp) -> Result<Client> {
    let integration = &set_up.integration;
    let secret = match &integration.client_secret {
        Some(sealed) => {
            let field = SealedField {
                project: integration.project.0,
                owner: integration.id.0,
                field: CLIENT_SECRET,
            };
            Some(services.vault.open(field, sealed).map_err(|error| {
                Error::Internal(format!(
                    "integrations row {}: the client secret cannot be opened: {error}",
                    integration.id
                ))
            })?)
        }
        None => None,
    };
    // The built-in sandbox knows one public client.
    let id = integration
        .client_id
        .clone()
        .unwrap_or_else(|| "patchbay".to_owned());
    Ok(Client { id, secret })
}

/// A new grant: everything but the row it goes to.
struct Grant {
    fields: CredentialFields,
    account: Account,
    metadata: BTreeMap<String, String>,
    scopes: Option<Vec<String>>,
    expires_at: Option<Timestamp>,
}

/// Writes a grant into the user's connection, new or existing, inside the caller's unit of work.
/// A reconnect keeps the connection's id.
async fn write(
    services: &Services,
    work: &mut dyn UnitOfWork,
    user: &EndUser,
    integration: IntegrationId,
    grant: Grant,
) -> Result<ConnectionId> {
    let now = services.now();
    let existing = work
        .connections()
        .find(user.project, integration, &user.user_id)
        .await?;
    let id = existing.as_ref().map_or_else(
        || ConnectionId(services.new_id()),
        |connection| connection.id,
    );
    let sealed = credential::seal(services, user.project, id, &grant.fields);
    if existing.is_some() {
        let new = NewCredential {
            credential: sealed,
            expires_at: grant.expires_at,
            scopes: grant.scopes,
            metadata: grant.metadata,
        };
        work.connections()
            .replace_credential(id, &new, &grant.account, now)
            .await?;
        return Ok(id);
    }
    let connection = Connection {
        id,
        project: user.project,
        integration,
        user_id: user.user_id.clone(),
        status: ConnectionStatus::Valid,
        invalid_reason: None,
        account: grant.account,
        metadata: grant.metadata,
        scopes: grant.scopes,
        credential: sealed,
        version: 1,
        expires_at: grant.expires_at,
        lease: None,
        refresh_failures: 0,
        retry_at: None,
        created_at: now,
        updated_at: now,
        refreshed_at: None,
    };
    work.connections().add(&connection).await?;
    Ok(id)
}
