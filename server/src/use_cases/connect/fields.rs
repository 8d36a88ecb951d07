//! `connect` by a form: keys and passwords, checked with the provider before they are stored.

use std::{collections::BTreeMap, sync::Arc};

use super::{Grant, check_intent, client_of, write};
use crate::{
    access::EndUser,
    domain::{
        connection::{Connection, ConnectionStatus},
        definition::{AuthMethod, FieldSpec},
        intent::Intent,
        secret::Secret,
        token_set::{Account, CredentialFields},
    },
    ports::provider::Target,
    use_cases::{Error, Result, Services, events, snapshot::SetUp},
};

/// The longest value that a field takes, in bytes.
const MAX_VALUE: usize = 16 * 1024;

/// Checks the values, asks the provider, stores. A refusal stores nothing and carries the
/// provider's reason.
pub async fn run(
    services: &Arc<Services>,
    user: &EndUser,
    set_up: &SetUp,
    intent: &Intent,
    values: BTreeMap<String, Secret>,
) -> Result<Connection> {
    check_intent(services, user, set_up, intent).await?;
    let auth = set_up.method(intent.method.as_deref())?;
    if auth.kind.opens_window() {
        let name = &set_up.definition.name;
        let message = format!("{name} is connected in the portal, not by a form.");
        return Err(Error::invalid("integrationId", message));
    }
    check(services, &set_up.questions(auth), &values)?;
    let (inputs, fields) = split(&set_up.definition.inputs, values);
    // Detached: a caller that goes away does not leave a token that nobody keeps.
    let task = tokio::spawn({
        let (services, set_up, auth) = (services.clone(), set_up.clone(), auth.clone());
        async move { prove(&services, &set_up, &auth, inputs, CredentialFields(fields)).await }
    });
    let grant = task
        .await
        .map_err(|_| Error::Internal("the check ended early".to_owned()))??;

    let mut work = services.store.begin().await?;
    let integration = set_up.integration.id;
    let id = write(services, &mut *work, user, integration, intent, grant).await?;
    let connection = work
        .connections()
        .lookup(id)
        .await?
        .ok_or(Error::NotFound("connection"))?;
    events::commit(services, work).await?;
    tracing::info!(connection = %id, integration = %set_up.integration.integration_type, "connected");
    Ok(connection)
}

/// Asks the provider. What the person typed is proved by a call, or by the token that it leads to.
async fn prove(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    mut metadata: BTreeMap<String, String>,
    fields: CredentialFields,
) -> Result<Grant> {
    let client = client_of(services, set_up, auth, &fields)?;
    let providers = &services.providers;
    let mut grant = Grant {
        method: auth.id.clone(),
        status: ConnectionStatus::Valid,
        fields,
        account: Account::default(),
        metadata: BTreeMap::new(),
        scopes: None,
        expires_at: None,
    };
    if auth.kind.tokens().is_some() {
        let tokens = providers
            .mint(target(set_up, auth, &metadata), &client, &grant.fields)
            .await?;
        metadata.extend(tokens.metadata.clone());
        grant.fields = grant.fields.with_tokens(&tokens);
        grant.scopes = tokens.scopes.or_else(|| Some(client.scopes.clone()));
        grant.expires_at = tokens.expires_at;
        // The token is real whatever this call says.
        let target = target(set_up, auth, &metadata);
        let verified = providers.verify(target, &client, &grant.fields).await;
        grant.account = verified.unwrap_or_default();
    } else {
        let target = target(set_up, auth, &metadata);
        grant.account = providers.verify(target, &client, &grant.fields).await?;
    }
    grant.metadata = metadata;
    Ok(grant)
}

fn target<'a>(
    set_up: &'a SetUp,
    auth: &'a AuthMethod,
    metadata: &'a BTreeMap<String, String>,
) -> Target<'a> {
    Target {
        definition: &set_up.definition,
        auth,
        metadata,
    }
}

/// Checks what a person typed against a form.
pub fn check(
    services: &Services,
    specs: &[FieldSpec],
    values: &BTreeMap<String, Secret>,
) -> Result<()> {
    if let Some(unknown) = values
        .keys()
        .find(|name| !specs.iter().any(|spec| spec.name == **name))
    {
        return Err(Error::invalid(
            unknown.clone(),
            "This form has no such field.",
        ));
    }
    if let Some((name, _)) = values
        .iter()
        .find(|(_, value)| value.expose().len() > MAX_VALUE)
    {
        return Err(Error::invalid(name.clone(), "The value is too long."));
    }
    services
        .providers
        .check_fields(specs, values)
        .map_err(|(field, message)| Error::invalid(field, message))
}

/// Inputs are no secrets and fill URLs; the rest is the credential.
pub(super) fn split(
    inputs: &[FieldSpec],
    values: BTreeMap<String, Secret>,
) -> (BTreeMap<String, String>, BTreeMap<String, Secret>) {
    let (inputs, fields): (Vec<_>, Vec<_>) = values
        .into_iter()
        .partition(|(name, _)| inputs.iter().any(|input| input.name == *name));
    let inputs = inputs
        .into_iter()
        .map(|(name, value)| (name, value.expose().trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name, Secret::new(value.expose().trim())))
        // An optional one that was left empty is not there.
        .filter(|(_, value)| !value.is_empty())
        .collect();
    (inputs, fields)
}
