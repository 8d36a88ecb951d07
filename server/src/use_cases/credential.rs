//! A connection's credential, decrypted and ready to use.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use ahash::RandomState;
use moka::sync::Cache;

use super::{
    Error, Result, Services, refresh,
    snapshot::{self, SetUp, Snapshot},
};
use crate::{
    access::EndUser,
    domain::{
        connection::{Connection, ConnectionStatus, Freshness, InvalidReason},
        id::{ConnectionId, IntegrationId},
        selector::Selector,
        token_set::CredentialFields,
    },
    ports::vault::SealedField,
};

/// The field name under which a connection's credential is sealed.
pub const FIELD: &str = "credential";

/// A connection with its credential in the clear. Lives in memory only.
pub struct Live {
    pub connection: Connection,
    pub fields: CredentialFields,
    /// Microseconds since 1970.
    checked_at: AtomicI64,
    /// [`crate::ports::store::Store::writes`] before it was read.
    writes: AtomicU64,
}

type Key = (IntegrationId, Arc<str>, Selector);

/// Credentials in use; at most 20,000, each for a minute after its last use.
pub struct LiveCredentials(Cache<Key, Arc<Live>, RandomState>);

impl LiveCredentials {
    pub fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(20_000)
                .time_to_idle(std::time::Duration::from_secs(60))
                .build_with_hasher(RandomState::new()),
        )
    }
}

impl Default for LiveCredentials {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a connection's credential is sealed.
pub fn sealed_field(connection: &Connection) -> SealedField {
    SealedField {
        project: connection.project.0,
        owner: connection.id.0,
        field: FIELD,
    }
}

/// The credential as the database has it now or had it at most [`snapshot::RECENT`] ago, refreshed
/// first if it is within its margin. No statement when asked often, one otherwise.
pub async fn usable(
    services: &Arc<Services>,
    snapshot: &Snapshot,
    set_up: &SetUp,
    user: &EndUser,
    selector: &Selector,
) -> Result<Arc<Live>> {
    let live = current(services, snapshot, set_up, user, selector).await?;
    match live.connection.status {
        ConnectionStatus::Valid => {}
        ConnectionStatus::Pending => {
            return Err(Error::NotConnected(set_up.definition.name.clone()));
        }
        ConnectionStatus::NeedsReauth => {
            let reason = live.connection.invalid_reason;
            return Err(Error::ReconnectRequired(
                reason.unwrap_or(InvalidReason::GrantRefused),
            ));
        }
    }
    let auth = set_up.definition.auth_of(&live.connection);
    let Some(tokens) = auth.kind.tokens() else {
        return Ok(live);
    };
    match live
        .connection
        .freshness(services.now(), tokens.refresh_margin)
    {
        Freshness::Fresh => Ok(live),
        // Where nothing can be renewed there is nothing to be early for.
        Freshness::Stale if !tokens.is_renewable(&live.fields) => Ok(live),
        Freshness::Stale => match refresh::run(services, set_up, &live).await {
            Ok(renewed) => Ok(renewed),
            Err(error @ (Error::ReconnectRequired(_) | Error::NotConnected(_))) => Err(error),
            // An outage in the margin: the token at hand is still good.
            Err(_) => Ok(live),
        },
        Freshness::Expired => refresh::run(services, set_up, &live).await,
    }
}

async fn current(
    services: &Services,
    snapshot: &Snapshot,
    set_up: &SetUp,
    user: &EndUser,
    selector: &Selector,
) -> Result<Arc<Live>> {
    let writes = services.store.writes();
    let now = services.now();
    let key: Key = (
        set_up.integration.id,
        user.user_id.clone(),
        selector.clone(),
    );
    let known = services.caches.credentials.0.get(&key);
    if let Some(known) = &known
        && known.writes.load(Ordering::Relaxed) == writes
        && snapshot::is_recent(
            known.checked_at.load(Ordering::Relaxed),
            now,
            snapshot::RECENT,
        )
    {
        return Ok(known.clone());
    }
    let mut reader = services.store.read().await?;
    let state = reader
        .connections()
        .state_of_connection(user.project, set_up.integration.id, &user.user_id, selector)
        .await?;
    drop(reader);
    let (generation, connection) = state.ok_or(Error::NotFound("project"))?;
    if generation != snapshot.generation {
        services.caches.snapshots.forget(user.project);
    }
    let Some(connection) = connection else {
        services.caches.credentials.0.invalidate(&key);
        return Err(Error::NotConnected(set_up.definition.name.clone()));
    };
    if let Some(known) = known
        && known.connection.version == connection.version
        && known.connection.id == connection.id
    {
        known.writes.store(writes, Ordering::Relaxed);
        known
            .checked_at
            .store(now.as_microsecond(), Ordering::Relaxed);
        return Ok(known);
    }
    let live = Arc::new(Live {
        writes: AtomicU64::new(writes),
        ..open(services, connection)?
    });
    services.caches.credentials.0.insert(key, live.clone());
    Ok(live)
}

/// Decrypts a connection.
pub fn open(services: &Services, connection: Connection) -> Result<Live> {
    let field = sealed_field(&connection);
    let plain = services.unseal("connections", connection.id, field, &connection.credential)?;
    let fields = CredentialFields::from_json(plain.expose()).map_err(|_| {
        Error::Internal(format!(
            "connections row {}: the credential is not a map",
            connection.id
        ))
    })?;
    Ok(Live {
        connection,
        fields,
        checked_at: AtomicI64::new(services.now().as_microsecond()),
        writes: AtomicU64::new(services.store.writes()),
    })
}

/// Encrypts fields for a connection.
pub fn seal(
    services: &Services,
    project: crate::domain::id::ProjectId,
    connection: ConnectionId,
    fields: &CredentialFields,
) -> crate::domain::secret::Sealed {
    services.vault.seal(
        SealedField {
            project: project.0,
            owner: connection.0,
            field: FIELD,
        },
        &fields.to_json(),
    )
}
