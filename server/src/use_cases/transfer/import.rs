//! Connections in: each row is checked with its provider, then stored, or it is not and says why.
//!
//! A refresh token may be good once only. So a row whose access token is over is stored first and
//! then refreshed as any connection is; where the provider refuses, it is taken away again.

mod fit;

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};

use super::{Format, Record, read};
use crate::{
    access::{EndUser, MayAdminister},
    domain::{
        audit::Action,
        configuration::Configuration,
        connection::ConnectionStatus,
        definition::AuthMethod,
        event::{Change, Subject},
        id::{ConnectionId, ProjectId},
        intent::Intent,
        selector::Selector,
        token_set::{Account, CredentialFields},
    },
    ports::{
        provider::{ProviderError, Target},
        store::NewCredential,
    },
    use_cases::{
        Error, Result, Services,
        audit::{self, Did},
        connect::{self, Grant, signing_client},
        credential, events, refresh, settings,
        snapshot::{SetUp, Snapshot},
    },
};

/// How rows are taken.
#[derive(Clone, Copy)]
pub struct How {
    pub format: Format,
    /// Ask the provider before a row counts as good.
    pub check: bool,
    /// Judge the rows, call nobody and store nothing.
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Imported(ConnectionId),
    /// It would be, as far as nobody is asked.
    Fits,
    /// The user has this account already; it stays as it is.
    Exists(ConnectionId),
    /// The row, or the provider's answer to it, is wrong. Nothing was stored.
    Refused(String),
    /// The provider did not answer. Nothing was stored: try again later.
    Unavailable(String),
}

/// What became of one row.
pub struct Row {
    pub user_id: String,
    pub integration: String,
    pub outcome: Outcome,
}

/// Says in the audit trail that rows are about to come.
pub async fn begin(
    services: &Services,
    right: &MayAdminister,
    project: ProjectId,
    rows: usize,
) -> Result<()> {
    let did = Did {
        detail: json!({ "rows": rows }),
        ..Did::new(Action::ConnectionsImported, Some(project), "connections")
    };
    audit::note(services, right.actor(), did).await
}

/// Takes one row.
///
/// # Errors
/// The database is away; the rows before are stored.
pub async fn row(
    services: &Arc<Services>,
    _right: &MayAdminister,
    (project, snapshot): (ProjectId, &Snapshot),
    how: How,
    row: Value,
) -> Result<Row> {
    let record = match read(how.format, row) {
        Ok(record) => record,
        Err(why) => {
            return Ok(Row {
                user_id: String::new(),
                integration: String::new(),
                outcome: Outcome::Refused(why),
            });
        }
    };
    let (user_id, integration) = (record.user_id.clone(), record.integration.clone());
    let outcome = match take(services, project, snapshot, how, record).await {
        Ok(outcome) => outcome,
        Err(Error::Provider(
            error @ (ProviderError::Unavailable(_) | ProviderError::Wait { .. }),
        )) => Outcome::Unavailable(error.to_string()),
        Err(error @ (Error::Unavailable(_) | Error::Internal(_) | Error::Unreadable { .. })) => {
            return Err(error);
        }
        Err(error) => Outcome::Refused(error.to_string()),
    };
    Ok(Row {
        user_id,
        integration,
        outcome,
    })
}

async fn take(
    services: &Arc<Services>,
    project: ProjectId,
    snapshot: &Snapshot,
    how: How,
    mut record: Record,
) -> Result<Outcome> {
    let set_up = snapshot.usable(&record.integration)?.clone();
    let too_long = |text: &String| text.is_empty() || text.len() > Selector::MAX;
    if too_long(&record.user_id) || record.external_id.as_ref().is_some_and(too_long) {
        let message = "User ids and external ids have between 1 and 256 bytes.";
        return Err(Error::invalid("userId", message));
    }
    let auth = fit::method(&set_up, &record)?.clone();
    fit::check_fields(services, &set_up, &auth, &mut record)?;
    let user = EndUser::trusted(project, record.user_id.clone());
    let arrival = Arrival {
        services,
        set_up: &set_up,
        auth: &auth,
        user: &user,
    };
    if let Some(known) = arrival.existing(&record, &Account::default()).await? {
        return Ok(Outcome::Exists(known));
    }
    if how.dry_run {
        return Ok(Outcome::Fits);
    }
    arrival.store(record, how.check).await
}

/// A record with the place that it goes to.
struct Arrival<'a> {
    services: &'a Arc<Services>,
    set_up: &'a SetUp,
    auth: &'a AuthMethod,
    user: &'a EndUser,
}

impl Arrival<'_> {
    /// The user's account that this would be once more.
    async fn existing(&self, record: &Record, account: &Account) -> Result<Option<ConnectionId>> {
        let mut reader = self.services.store.read().await?;
        let integration = self.set_up.integration.id;
        let existing = reader
            .connections()
            .find(self.user.project, integration, &self.user.user_id)
            .await?;
        Ok(intent(record).target(&existing, account))
    }

    /// A refresh token that was used once already must not be used again: some providers end the
    /// whole grant. So one that nothing tells from an account that is there is not tried.
    async fn any_other(&self, record: &Record) -> Result<Option<ConnectionId>> {
        if record.external_id.is_some() {
            return Ok(None);
        }
        let mut reader = self.services.store.read().await?;
        let integration = self.set_up.integration.id;
        let existing = reader
            .connections()
            .find(self.user.project, integration, &self.user.user_id)
            .await?;
        Ok(existing.first().map(|known| known.id))
    }

    async fn store(&self, record: Record, check: bool) -> Result<Outcome> {
        let fields = CredentialFields(record.credential.clone());
        let is_over = record
            .expires_at
            .is_some_and(|end| end <= self.services.now());
        let can_refresh = self.auth.is_renewable(&fields);
        let has_token = self.auth.kind.tokens().is_none()
            || fields.get(CredentialFields::ACCESS_TOKEN).is_some();
        if !check {
            return self.add(&record, fields, Account::default()).await;
        }
        if has_token && !is_over {
            let target = self.target(&record.metadata);
            let client = signing_client(self.services, self.set_up, self.auth, &fields)?;
            let providers = &self.services.providers;
            match providers.verify(target, &client, &fields).await {
                Ok(account) => return self.add(&record, fields, account).await,
                // It may have ended early: the refresh token tells.
                Err(ProviderError::Refused(_)) if can_refresh => {}
                Err(error) => return Err(error.into()),
            }
        } else if !can_refresh {
            let message = "The access token is over, and there is no refresh token.";
            return Err(Error::invalid("credential", message));
        }
        if let Some(known) = self.any_other(&record).await? {
            return Ok(Outcome::Exists(known));
        }
        match self.add(&record, fields, Account::default()).await? {
            Outcome::Imported(id) => self.refresh(id).await,
            other => Ok(other),
        }
    }

    fn target<'t>(&'t self, metadata: &'t BTreeMap<String, String>) -> Target<'t> {
        Target {
            definition: &self.set_up.definition,
            auth: self.auth,
            metadata,
        }
    }

    async fn add(
        &self,
        record: &Record,
        fields: CredentialFields,
        account: Account,
    ) -> Result<Outcome> {
        if let Some(known) = self.existing(record, &account).await? {
            return Ok(Outcome::Exists(known));
        }
        let grant = Grant {
            method: self.auth.id.clone(),
            status: ConnectionStatus::Valid,
            fields,
            account,
            metadata: record.metadata.clone(),
            scopes: record.scopes.clone(),
            expires_at: record.expires_at,
        };
        let mut work = self.services.store.begin().await?;
        let integration = self.set_up.integration.id;
        let intent = intent(record);
        let id = connect::write(
            self.services,
            &mut *work,
            self.user,
            integration,
            &intent,
            grant,
        )
        .await?;
        let configurations = self.configurations(record)?;
        if !configurations.is_empty() {
            let external_id = record.external_id.as_deref();
            let now = self.services.now();
            work.connections()
                .configure(id, external_id, &configurations, now)
                .await?;
        }
        events::commit(self.services, work).await?;
        tracing::info!(connection = %id, integration = %self.set_up.integration.integration_type, "imported");
        Ok(Outcome::Imported(id))
    }

    /// What the user chose, its secrets sealed.
    fn configurations(&self, record: &Record) -> Result<Vec<Configuration>> {
        let mut all = record.configurations.clone();
        if all.is_empty() && !record.meta.is_empty() {
            let id = self.services.new_random_id();
            let mut first = Configuration::first(id, self.services.now());
            first.meta = record.meta.clone();
            all.push(first);
        }
        for known in &mut all {
            settings::enclose(self.services, self.set_up, known);
        }
        let size = serde_json::to_vec(&all).map_or(usize::MAX, |json| json.len());
        let has_first = all.is_empty() || all.iter().filter(|known| known.is_default).count() == 1;
        if size > 2 * crate::domain::configuration::MAX_SETTINGS || !has_first {
            let message = "The settings are too large, or none of their sets is the default.";
            return Err(Error::invalid("configurations", message));
        }
        Ok(all)
    }

    /// Renews what was stored, and asks whose account it is.
    async fn refresh(&self, id: ConnectionId) -> Result<Outcome> {
        let mut reader = self.services.store.read().await?;
        let stored = reader.connections().lookup(id).await?;
        drop(reader);
        let live = credential::open(self.services, stored.ok_or(Error::NotFound("connection"))?)?;
        let live = match refresh::run(self.services, self.set_up, &live).await {
            Ok(renewed) => renewed,
            Err(error) => {
                let mut work = self.services.store.begin().await?;
                work.connections().remove(id).await?;
                let subject = Subject::from(&live.connection);
                events::add(self.services, &mut *work, subject, [Change::Deleted]).await?;
                events::commit(self.services, work).await?;
                return Err(error);
            }
        };
        // The token is fresh, and stored: whatever this call says, the row stays.
        let connection = &live.connection;
        let target = self.target(&connection.metadata);
        let client = signing_client(self.services, self.set_up, self.auth, &live.fields)?;
        let providers = &self.services.providers;
        let account = providers.verify(target, &client, &live.fields).await;
        if let Ok(account) = account {
            let new = NewCredential {
                credential: connection.credential.clone(),
                method: connection.method.clone(),
                status: connection.status,
                expires_at: connection.expires_at,
                refresh_due_at: connection.refresh_due_at,
                scopes: connection.scopes.clone(),
                metadata: connection.metadata.clone(),
            };
            let mut work = self.services.store.begin().await?;
            let now = self.services.now();
            work.connections()
                .replace_credential(id, &new, &account, now)
                .await?;
            work.commit().await?;
        }
        Ok(Outcome::Imported(id))
    }
}

fn intent(record: &Record) -> Intent {
    Intent {
        external_id: record.external_id.clone(),
        // One more account, unless it is there by its name or by what the provider calls it.
        multiple: true,
        ..Intent::default()
    }
}
