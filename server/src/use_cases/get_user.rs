//! `getUser`: what a user has connected. One statement at most.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use ahash::RandomState;
use app::contract::user::{
    Credential, CredentialConfiguration, CredentialStatus, IntegrationState, UserState,
};
use bytes::Bytes;
use moka::sync::Cache;

use super::{
    Error, Result, Services, authenticate,
    snapshot::{self, Snapshot},
};
use crate::{
    access::EndUser,
    domain::{
        Timestamp,
        configuration::Configuration,
        connection::{Connection, ConnectionStatus},
        id::ProjectId,
        secret::Secret,
    },
    ports::store::UserRows,
};

/// How long a state is trusted that was read last. A change made by another process is seen that
/// much later; a change made by this one is seen at once.
pub const MOMENT: Duration = Duration::from_millis(50);

/// A user's state, with the settings it was made from.
pub struct Known {
    /// Whose it is.
    pub user_id: Arc<str>,
    pub state: UserState,
    pub snapshot: Arc<Snapshot>,
    /// What was sent of it the first time, to be sent again.
    pub answer: OnceLock<Bytes>,
    /// [`crate::ports::store::Store::writes`] before the state was read.
    writes: u64,
    /// Microseconds since 1970.
    read_at: i64,
}

/// States that were asked for a moment ago; at most 20,000.
pub struct RecentStates(Cache<(ProjectId, Arc<str>), Arc<Known>, RandomState>);

impl Default for RecentStates {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(20_000)
                .time_to_live(Duration::from_secs(1))
                .build_with_hasher(RandomState::new()),
        )
    }
}

/// Checks the token and gives the user's state as it was at most [`MOMENT`] ago: no statement when
/// asked again and again.
pub async fn run_recent(
    services: &Services,
    project: ProjectId,
    token: &Secret,
) -> Result<Arc<Known>> {
    let writes = services.store.writes();
    let snapshot = snapshot::last_seen(services, project).await?;
    let Ok(user) = authenticate::verify(services, &snapshot, token) else {
        return run(services, project, token).await.map(Arc::new);
    };
    let key = (project, user.user_id.clone());
    let states = &services.caches.states.0;
    if let Some(known) = states.get(&key)
        && known.writes == writes
        && Arc::ptr_eq(&known.snapshot, &snapshot)
        && snapshot::is_recent(known.read_at, services.now(), MOMENT)
    {
        return Ok(known);
    }
    let known = Arc::new(run(services, project, token).await?);
    states.insert(key, known.clone());
    Ok(known)
}

/// Checks the token and gives the user's state. The statement that reads the connections also tells
/// whether the settings at hand are still the database's.
pub async fn run(services: &Services, project: ProjectId, token: &Secret) -> Result<Known> {
    let writes = services.store.writes();
    let now = services.now();
    let known = |user: &EndUser, state, snapshot| Known {
        user_id: user.user_id.clone(),
        state,
        snapshot,
        answer: OnceLock::new(),
        writes,
        read_at: now.as_microsecond(),
    };
    let snapshot = snapshot::last_seen(services, project).await?;
    let Ok(user) = authenticate::verify(services, &snapshot, token) else {
        let (user, snapshot) = authenticate::run(services, project, token).await?;
        let state = of_user(services, &snapshot, &user).await?;
        return Ok(known(&user, state, snapshot));
    };
    let state = services
        .store
        .read()
        .await?
        .connections()
        .state_of_user(project, &user.user_id)
        .await?;
    let rows = state.ok_or(Error::NotFound("project"))?;
    let changed = rows.generation != snapshot.generation;
    let snapshot = snapshot::confirm(services, snapshot, rows.generation, now).await?;
    if changed {
        // The change may have been the token's key.
        authenticate::check(services, &snapshot, token).await?;
    }
    let state = compose(&snapshot, &user, rows);
    Ok(known(&user, state, snapshot))
}

/// The state of a user who is known already.
pub async fn of_user(
    services: &Services,
    snapshot: &Snapshot,
    user: &EndUser,
) -> Result<UserState> {
    let state = services
        .store
        .read()
        .await?
        .connections()
        .state_of_user(user.project, &user.user_id)
        .await?;
    let rows = state.ok_or(Error::NotFound("project"))?;
    Ok(compose(snapshot, user, rows))
}

fn compose(snapshot: &Snapshot, user: &EndUser, rows: UserRows) -> UserState {
    let mut integrations: BTreeMap<String, IntegrationState> = snapshot
        .integrations
        .iter()
        .map(|set_up| {
            (
                set_up.integration.integration_type.clone(),
                IntegrationState::default(),
            )
        })
        .collect();
    for connection in &rows.connections {
        let Some(set_up) = snapshot.find_by_id(connection.integration) else {
            continue;
        };
        if let Some(state) = integrations.get_mut(&set_up.integration.integration_type) {
            add(state, connection, set_up.usable().is_ok());
        }
    }
    UserState {
        authenticated: true,
        user_id: user.user_id.to_string(),
        meta: rows.meta,
        integrations,
    }
}

/// The oldest account speaks for the integration.
fn add(state: &mut IntegrationState, connection: &Connection, usable: bool) {
    let credential = credential(connection);
    if state.all_credentials.is_empty() {
        state.enabled = usable && credential.status == CredentialStatus::Valid;
        state.credential_id = Some(credential.id.clone());
        state.credential_status = Some(credential.status);
        state.provider_id.clone_from(&credential.provider_id);
        state.provider_data = Some(credential.provider_data.clone());
        if let Some(first) = connection.configurations.first() {
            state.shared_settings = Some(first.told_settings());
            state.workflow_settings = Some(first.workflow_settings.clone());
        }
    }
    state.all_credentials.push(credential);
}

/// A connection as callers see it: nothing secret in it.
pub fn credential(connection: &Connection) -> Credential {
    let rfc3339 = |at: Timestamp| at.to_string();
    let mut provider_data = serde_json::Map::new();
    if let Some(name) = &connection.account.name {
        provider_data.insert("accountName".to_owned(), name.clone().into());
    }
    Credential {
        id: connection.id.to_string(),
        project_id: connection.project.to_string(),
        integration_id: connection.integration.to_string(),
        persona_id: connection.user_id.clone(),
        status: match connection.status {
            ConnectionStatus::Pending => CredentialStatus::Pending,
            ConnectionStatus::Valid => CredentialStatus::Valid,
            ConnectionStatus::NeedsReauth => CredentialStatus::Invalid,
        },
        provider_id: connection.account.id.clone(),
        provider_data: provider_data.into(),
        date_created: rfc3339(connection.created_at),
        date_updated: rfc3339(connection.updated_at),
        date_refreshed: connection.refreshed_at.map(rfc3339),
        date_valid_until: connection.expires_at.map(rfc3339),
        refresh_failure_count: connection.refresh_failures,
        external_id: connection.external_id.clone(),
        account_type: connection.method.clone(),
        scopes: connection.scopes.clone(),
        configurations: connection
            .configurations
            .iter()
            .map(|known| configuration(connection, known))
            .collect(),
    }
}

fn configuration(connection: &Connection, known: &Configuration) -> CredentialConfiguration {
    CredentialConfiguration {
        id: known.id.to_string(),
        connect_credential_id: connection.id.to_string(),
        is_default: known.is_default,
        date_created: known.created_at.to_string(),
        external_id: known.external_id.clone(),
        shared_settings: known.told_settings(),
        workflow_settings: known.workflow_settings.clone(),
        config_meta: known.meta.clone(),
    }
}
