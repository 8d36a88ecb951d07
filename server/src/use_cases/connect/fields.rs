//! `connect` by a form: keys and passwords, checked with the provider before they are stored.

use std::{collections::BTreeMap, sync::Arc};

use super::{Grant, check_intent, write};
use crate::{
    access::EndUser,
    domain::{
        connection::{Connection, ConnectionStatus},
        definition::FieldSpec,
        intent::Intent,
        secret::Secret,
        token_set::CredentialFields,
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
    if auth.kind.oauth2().is_some() {
        let name = &set_up.definition.name;
        let message = format!("{name} is connected in the portal, not by a form.");
        return Err(Error::invalid("integrationId", message));
    }
    check(services, &set_up.questions(auth), &values)?;
    let (inputs, fields) = split(&set_up.definition.inputs, values);
    let fields = CredentialFields(fields);
    let target = Target {
        definition: &set_up.definition,
        auth,
        metadata: &inputs,
    };
    let account = services.providers.verify(target, &fields).await?;

    let mut work = services.store.begin().await?;
    let grant = Grant {
        method: auth.id.clone(),
        status: ConnectionStatus::Valid,
        fields,
        account,
        metadata: inputs,
        scopes: None,
        expires_at: None,
    };
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
        .collect();
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name, Secret::new(value.expose().trim())))
        .collect();
    (inputs, fields)
}
