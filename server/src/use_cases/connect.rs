//! `connect`: an account of a user becomes a connection.

pub mod code;
pub mod fields;
pub mod finish;
pub mod flow;
pub mod open;
pub mod sdk;
pub mod setup;
pub mod why;

use std::collections::BTreeMap;

use super::{
    Error, Result, Services, credential, events, links,
    refresh::plan::{self, Issued},
    snapshot::SetUp,
};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{
        Timestamp,
        configuration::Configuration,
        connection::{Connection, ConnectionStatus},
        definition::{AuthMethod, ClientOwner, Signing, Tokens},
        event::{Change, Subject},
        id::{ConnectionId, IntegrationId},
        intent::Intent,
        selector::Selector,
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

/// The registration at the provider: the person's own, of which `fields` tells, the company's, or
/// none; with the scopes that are asked for.
pub fn client_of(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    fields: &CredentialFields,
) -> Result<Client> {
    let scopes = set_up.scopes(auth).to_vec();
    let owner = auth.kind.tokens().map(|tokens| tokens.client);
    if owner == Some(ClientOwner::Person) {
        let id = fields.get(Tokens::CLIENT_ID);
        return Ok(Client {
            id: id.map_or_else(String::new, |id| id.expose().to_owned()),
            secret: fields.get(Tokens::CLIENT_SECRET).cloned(),
            scopes,
        });
    }
    if owner != Some(ClientOwner::Company) {
        return Ok(Client {
            scopes,
            ..Client::default()
        });
    }
    let integration = &set_up.integration;
    let secret = match &integration.client_secret {
        Some(sealed) => {
            let field = SealedField {
                project: integration.project.0,
                owner: integration.id.0,
                field: CLIENT_SECRET,
            };
            Some(services.unseal("integrations", integration.id, field, sealed)?)
        }
        None => None,
    };
    // The built-in sandbox knows one public client.
    let id = integration
        .client_id
        .clone()
        .unwrap_or_else(|| "patchbay".to_owned());
    Ok(Client { id, secret, scopes })
}

/// The registration for calls of the account itself: needed where it signs them, and else not opened.
pub fn signing_client(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    fields: &CredentialFields,
) -> Result<Client> {
    match auth.inject.signing {
        Some(Signing::OAuth1(_)) => client_of(services, set_up, auth, fields),
        Some(Signing::SigV4(_)) | None => Ok(Client::default()),
    }
}

/// A new grant: everything but the row it goes to.
pub(super) struct Grant {
    pub method: String,
    /// Valid, or pending while something has to be asked.
    pub status: ConnectionStatus,
    pub fields: CredentialFields,
    pub account: Account,
    pub metadata: BTreeMap<String, String>,
    pub scopes: Option<Vec<String>>,
    pub expires_at: Option<Timestamp>,
}

/// Whether the user may connect and the intent can be met, before the person is sent anywhere.
async fn check_intent(
    services: &Services,
    user: &EndUser,
    set_up: &SetUp,
    intent: &Intent,
) -> Result<()> {
    let on = On::integration(&set_up.integration.integration_type);
    user.may(Permission::Connect, on)?;
    let Some(selected) = &intent.selected else {
        let too_long = |name: &String| name.is_empty() || name.len() > Selector::MAX;
        return match intent.external_id.as_ref().filter(|name| too_long(name)) {
            Some(_) => Err(Error::invalid(
                "externalId",
                "An external id has between 1 and 256 bytes.",
            )),
            None => Ok(()),
        };
    };
    if intent.external_id.is_some() {
        return Err(Error::invalid(
            "externalId",
            "Name the account by selectedCredentialId or give a new one an externalId, not both.",
        ));
    }
    let selector = Selector::parse(selected);
    let mut reader = services.store.read().await?;
    let existing = reader
        .connections()
        .find(user.project, set_up.integration.id, &user.user_id)
        .await?;
    if existing.iter().any(|known| selector.matches(known)) {
        Ok(())
    } else {
        Err(Error::NotFound("connection"))
    }
}

/// Writes a grant into the connection that the intent means, new or existing, inside the caller's
/// unit of work. A reconnect keeps the connection's id and settings.
pub(super) async fn write(
    services: &Services,
    work: &mut dyn UnitOfWork,
    user: &EndUser,
    integration: IntegrationId,
    intent: &Intent,
    grant: Grant,
) -> Result<ConnectionId> {
    let now = services.now();
    work.users().lock(user.project, &user.user_id, now).await?;
    let existing = work
        .connections()
        .find(user.project, integration, &user.user_id)
        .await?;
    let target = intent
        .target(&existing, &grant.account)
        .and_then(|id| existing.into_iter().find(|known| known.id == id));
    let id = match target {
        Some(known) => replace(services, work, known, intent, grant).await?,
        None => add(services, work, user, integration, intent, grant).await?,
    };
    if let Some(link) = intent.link {
        work.links()
            .complete(link, id, now)
            .await
            .map_err(|_| links::over())?;
    }
    Ok(id)
}

async fn replace(
    services: &Services,
    work: &mut dyn UnitOfWork,
    known: Connection,
    intent: &Intent,
    mut grant: Grant,
) -> Result<ConnectionId> {
    let now = services.now();
    setup::keep_answers(&known, &mut grant);
    let refresh_due_at = due(services, work, known.integration, known.id, &grant).await?;
    let new = NewCredential {
        credential: credential::seal(services, known.project, known.id, &grant.fields),
        expires_at: grant.expires_at,
        refresh_due_at,
        scopes: grant.scopes,
        metadata: grant.metadata,
        method: grant.method,
        status: grant.status,
    };
    work.connections()
        .replace_credential(known.id, &new, &grant.account, now)
        .await?;
    if intent.external_id.is_some() && intent.external_id != known.external_id {
        let external_id = intent.external_id.as_deref();
        work.connections()
            .configure(known.id, external_id, &known.configurations, now)
            .await?;
    }
    let changes = changes(&known, &new);
    events::add(services, work, Subject::from(&known), changes).await?;
    Ok(known.id)
}

/// What a new grant means to a connection. Nothing is told of one that is not complete.
fn changes(known: &Connection, new: &NewCredential) -> Vec<Change> {
    match (known.status, new.status) {
        (_, ConnectionStatus::Pending) => Vec::new(),
        (ConnectionStatus::Pending, _) => vec![Change::Created],
        _ => {
            let scopes = Change::of_scopes(known.scopes.as_deref(), new.scopes.as_deref());
            [Change::Reauthorized].into_iter().chain(scopes).collect()
        }
    }
}

async fn add(
    services: &Services,
    work: &mut dyn UnitOfWork,
    user: &EndUser,
    integration: IntegrationId,
    intent: &Intent,
    grant: Grant,
) -> Result<ConnectionId> {
    let now = services.now();
    let id = ConnectionId(services.new_random_id());
    let refresh_due_at = due(services, work, integration, id, &grant).await?;
    let connection = Connection {
        id,
        project: user.project,
        integration,
        user_id: user.user_id.to_string(),
        status: grant.status,
        invalid_reason: None,
        status_since: now,
        failure: None,
        external_id: intent.external_id.clone(),
        account: grant.account,
        method: grant.method,
        metadata: grant.metadata,
        configurations: vec![Configuration::first(services.new_random_id(), now)],
        scopes: grant.scopes,
        credential: credential::seal(services, user.project, id, &grant.fields),
        version: 1,
        expires_at: grant.expires_at,
        refresh_due_at,
        lease: None,
        interrupted_at: None,
        refresh_failures: 0,
        retry_at: None,
        created_at: now,
        updated_at: now,
        refreshed_at: None,
    };
    work.connections().add(&connection).await?;
    let is_complete = connection.status != ConnectionStatus::Pending;
    let created = is_complete.then_some(Change::Created);
    events::add(services, work, Subject::from(&connection), created).await?;
    Ok(id)
}

/// When the worker is to renew a new grant.
async fn due(
    services: &Services,
    work: &mut dyn UnitOfWork,
    integration: IntegrationId,
    id: ConnectionId,
    grant: &Grant,
) -> Result<Option<Timestamp>> {
    let integration = work.integrations().lookup(integration).await?;
    let definition =
        integration.and_then(|known| services.definitions.get(&known.integration_type));
    let issued = Issued {
        id,
        status: grant.status,
        method: &grant.method,
        fields: &grant.fields,
        at: services.now(),
        expires_at: grant.expires_at,
    };
    let due = definition.and_then(|definition| plan::due(&definition, &issued));
    if let Some(due) = due {
        services.bells.refresh.ring(due);
    }
    Ok(due)
}
