//! What is asked once the person has authorised: a site, a workspace. Until it is answered the
//! connection is pending, and nobody uses it.

use std::collections::BTreeMap;

use super::{Grant, fields, signing_client};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{
        connection::{Connection, ConnectionStatus},
        definition::{AuthMethod, Choice, ChoiceSource, Choices, FieldSpec},
        event::{Change, Subject},
        secret::Secret,
        token_set::CredentialFields,
    },
    ports::provider::{ChoicePage, Page, Target},
    use_cases::{
        Error, Result, Services, accounts, credential,
        credential::Live,
        events,
        refresh::plan::{self, Issued},
        snapshot::{SetUp, Snapshot},
    },
};

/// A question, with what there is to choose from.
pub struct Question {
    pub field: FieldSpec,
    pub choices: Vec<Choice>,
}

/// Answers what has one answer only, and says whether more is to be asked.
pub(super) async fn settle(
    services: &Services,
    set_up: &SetUp,
    auth: &AuthMethod,
    fields: &CredentialFields,
    metadata: &mut BTreeMap<String, String>,
) -> ConnectionStatus {
    for question in &set_up.definition.after {
        let source = source_of(set_up, question);
        let found = match source {
            Some(source) => {
                let target = Target {
                    definition: &set_up.definition,
                    auth,
                    metadata,
                };
                let first = Page::default();
                let client = signing_client(services, set_up, auth, fields).unwrap_or_default();
                let providers = &services.providers;
                let asked = providers.choices(target, &client, fields, source, &first);
                // What cannot be asked now is asked when the person is.
                asked.await.ok()
            }
            None => None,
        };
        let only = found
            .filter(|page| page.next.is_none())
            .map(|page| page.choices);
        if let Some([only]) = only.as_deref() {
            metadata.insert(question.name.clone(), only.value.clone());
        }
    }
    let open = |question: &FieldSpec| !metadata.contains_key(&question.name);
    if set_up.definition.after.iter().any(open) {
        ConnectionStatus::Pending
    } else {
        ConnectionStatus::Valid
    }
}

/// An account that is connected anew keeps the answers of its owner.
pub(super) fn keep_answers(known: &Connection, grant: &mut Grant) {
    if grant.status != ConnectionStatus::Pending || known.status == ConnectionStatus::Pending {
        return;
    }
    for (name, value) in &known.metadata {
        grant
            .metadata
            .entry(name.clone())
            .or_insert_with(|| value.clone());
    }
    grant.status = ConnectionStatus::Valid;
}

fn source_of<'a>(set_up: &'a SetUp, question: &FieldSpec) -> Option<&'a ChoiceSource> {
    match &question.choices {
        Choices::Source(id) => set_up.definition.source(id),
        Choices::Free | Choices::Listed(_) => None,
    }
}

/// The account that `name` means, its integration and its credential in the clear.
async fn open<'a>(
    services: &Services,
    snapshot: &'a Snapshot,
    user: &EndUser,
    name: &str,
) -> Result<(&'a SetUp, Live)> {
    let connection = accounts::find(services, user, name).await?;
    let set_up = snapshot
        .find_by_id(connection.integration)
        .ok_or(Error::NotFound("credential"))?;
    let on = On::connection(&set_up.integration.integration_type, &connection);
    user.may(Permission::Connect, on)?;
    Ok((set_up, credential::open(services, connection)?))
}

/// What the owner of an account is asked, with the provider's choices.
pub async fn questions(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    account: &str,
) -> Result<Vec<Question>> {
    let (set_up, live) = open(services, snapshot, user, account).await?;
    let mut questions = Vec::new();
    for field in &set_up.definition.after {
        let choices = match (&field.choices, source_of(set_up, field)) {
            (Choices::Listed(choices), _) => choices.clone(),
            (_, Some(source)) => {
                let page = load(services, set_up, &live, source, &Page::default()).await?;
                page.choices
            }
            _ => Vec::new(),
        };
        questions.push(Question {
            field: field.clone(),
            choices,
        });
    }
    Ok(questions)
}

/// One page of a source, for an account.
pub async fn load(
    services: &Services,
    set_up: &SetUp,
    live: &Live,
    source: &ChoiceSource,
    page: &Page,
) -> Result<ChoicePage> {
    let metadata = &live.connection.metadata;
    load_with(services, set_up, live, metadata, source, page).await
}

/// The same with metadata of the caller's.
pub async fn load_with(
    services: &Services,
    set_up: &SetUp,
    live: &Live,
    metadata: &BTreeMap<String, String>,
    source: &ChoiceSource,
    page: &Page,
) -> Result<ChoicePage> {
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.auth_of(&live.connection),
        metadata,
    };
    let client = signing_client(services, set_up, target.auth, &live.fields)?;
    let choices = services
        .providers
        .choices(target, &client, &live.fields, source, page);
    Ok(choices.await?)
}

/// Takes the answers. An account that was complete already stays as it is, if nothing was answered.
pub async fn complete(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
    account: &str,
    answers: BTreeMap<String, Secret>,
) -> Result<Connection> {
    let (set_up, live) = open(services, snapshot, user, account).await?;
    let connection = &live.connection;
    if connection.status != ConnectionStatus::Pending {
        return match answers.into_keys().next() {
            Some(name) => Err(Error::invalid(name, "This form has no such field.")),
            None => Ok(live.connection),
        };
    }
    fields::check(services, &set_up.definition.after, &answers)?;
    let mut metadata = connection.metadata.clone();
    for (name, value) in answers {
        metadata.insert(name, value.expose().to_owned());
    }
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.auth_of(connection),
        metadata: &metadata,
    };
    // As when the grant came: its scopes may not reach the verification endpoint.
    let client = signing_client(services, set_up, target.auth, &live.fields)?;
    let providers = &services.providers;
    let verified = providers.verify(target, &client, &live.fields).await;
    let account = verified.unwrap_or_else(|_| connection.account.clone());
    let now = services.now();
    let issued = Issued {
        id: connection.id,
        status: ConnectionStatus::Valid,
        method: &connection.method,
        fields: &live.fields,
        at: connection.refreshed_at.unwrap_or(connection.created_at),
        expires_at: connection.expires_at,
    };
    let refresh_due_at = plan::due(&set_up.definition, &issued);
    let mut work = services.store.begin().await?;
    work.connections()
        .complete(connection.id, &metadata, &account, refresh_due_at, now)
        .await?;
    let completed = work.connections().lookup(connection.id).await?;
    events::add(
        services,
        &mut *work,
        Subject::from(connection),
        [Change::Created],
    )
    .await?;
    events::commit(services, work).await?;
    if let Some(due) = refresh_due_at {
        services.bells.refresh.ring(due);
    }
    tracing::info!(connection = %connection.id, "set up");
    completed.ok_or(Error::NotFound("credential"))
}
