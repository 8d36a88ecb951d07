//! A project's settings as one value, kept in memory and compared with the database by a number
//! that every change of them raises.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use ahash::RandomState;
use jsonwebtoken::DecodingKey;
use moka::sync::Cache;

use super::{Error, Result, Services};
use crate::domain::{
    Timestamp,
    appearance::Appearance,
    definition::{AuthMethod, Definition, FieldSpec},
    id::{IntegrationId, KeyId, ProjectId},
    integration::Integration,
    issuer::Issuer,
    project::{Environment, Project},
};

/// How long the proxy trusts what it read last. A change made by another process is seen that
/// much later; a change made by this one is seen at once.
pub const RECENT: Duration = Duration::from_millis(250);

/// Everything of a project that changes seldom.
pub struct Snapshot {
    pub project: Project,
    pub keys: Vec<VerifyingKey>,
    pub issuers: Vec<Issuer>,
    pub origins: Vec<String>,
    pub appearance: Appearance,
    /// By type.
    pub integrations: Vec<SetUp>,
    pub generation: i64,
    checked_at: AtomicI64,
}

pub struct VerifyingKey {
    pub id: KeyId,
    pub key: DecodingKey,
}

/// An integration with its definition.
#[derive(Clone)]
pub struct SetUp {
    pub integration: Integration,
    pub definition: Arc<Definition>,
}

impl Snapshot {
    pub fn find(&self, integration_type: &str) -> Option<&SetUp> {
        self.integrations
            .binary_search_by(|probe| {
                probe
                    .integration
                    .integration_type
                    .as_str()
                    .cmp(integration_type)
            })
            .ok()
            .map(|index| &self.integrations[index])
    }

    pub fn find_by_id(&self, id: IntegrationId) -> Option<&SetUp> {
        self.integrations
            .iter()
            .find(|set_up| set_up.integration.id == id)
    }

    /// The integration if a user may use it now.
    pub fn usable(&self, integration_type: &str) -> Result<&SetUp> {
        let set_up = self
            .find(integration_type)
            .ok_or(Error::NotFound("integration"))?;
        set_up.usable().map_err(Error::Inactive)?;
        Ok(set_up)
    }

    /// Whether a page of this origin may embed the portal.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
            || (self.project.allows_loopback_origins() && app::validate::is_loopback_origin(origin))
    }
}

impl SetUp {
    /// None: it works. Otherwise the reason, in one sentence.
    pub fn usable(&self) -> std::result::Result<(), String> {
        let name = &self.definition.name;
        if let Some(reason) = self.missing() {
            return Err(reason);
        }
        if self.integration.active {
            Ok(())
        } else {
            Err(format!("{name} is not active in this project."))
        }
    }

    /// What it lacks before it can be activated.
    pub fn missing(&self) -> Option<String> {
        self.methods().next().is_none()
            .then(|| format!("{} needs a client ID. Register an app with the provider and save its client ID and secret.", self.definition.name))
    }

    /// The ways to connect that lack nothing, in the definition's order.
    pub fn methods(&self) -> impl Iterator<Item = &AuthMethod> {
        let has_client = self.definition.built_in || self.integration.client_id.is_some();
        self.definition
            .auth
            .iter()
            .filter(move |method| has_client || !method.kind.needs_company_client())
    }

    /// The way of that id; the first where none is named.
    pub fn method(&self, id: Option<&str>) -> Result<&AuthMethod> {
        let mut methods = self.methods();
        let found = match id {
            None => methods.next(),
            Some(id) => methods.find(|method| method.id == id),
        };
        found.ok_or_else(|| {
            let name = &self.definition.name;
            let message =
                format!("{name} is not connected in that way. Leave the account type out.");
            Error::invalid("accountType", message)
        })
    }

    /// What is asked before connecting.
    pub fn questions(&self, method: &AuthMethod) -> Vec<FieldSpec> {
        let inputs = self.definition.inputs.iter();
        inputs.chain(method.kind.fields()).cloned().collect()
    }

    /// The scopes that are asked for.
    pub fn scopes<'a>(&'a self, method: &'a AuthMethod) -> &'a [String] {
        let Some(tokens) = method.kind.tokens() else {
            return &[];
        };
        let own = self.integration.scopes.as_deref();
        own.unwrap_or(&tokens.default_scopes)
    }
}

/// Snapshots by project; at most 10,000.
pub struct Snapshots(Cache<ProjectId, Arc<Snapshot>, RandomState>);

impl Snapshots {
    pub fn new() -> Self {
        let snapshots = Cache::builder().max_capacity(10_000);
        Self(snapshots.build_with_hasher(RandomState::new()))
    }

    /// After a change by this process.
    pub fn forget(&self, project: ProjectId) {
        self.0.invalidate(&project);
    }
}

impl Default for Snapshots {
    fn default() -> Self {
        Self::new()
    }
}

/// The settings as they are now: one statement when nothing changed.
pub async fn fresh(services: &Services, project: ProjectId) -> Result<Arc<Snapshot>> {
    let Some(known) = services.caches.snapshots.0.get(&project) else {
        return load(services, project).await;
    };
    let now = services.now();
    let generation = services
        .store
        .read()
        .await?
        .projects()
        .generation(project)
        .await?;
    confirm(
        services,
        known,
        generation.ok_or(Error::NotFound("project"))?,
        now,
    )
    .await
}

/// The settings as they were at most [`RECENT`] ago: no statement when asked often.
pub async fn recent(services: &Services, project: ProjectId) -> Result<Arc<Snapshot>> {
    match services.caches.snapshots.0.get(&project) {
        Some(known)
            if is_recent(
                known.checked_at.load(Ordering::Relaxed),
                services.now(),
                RECENT,
            ) =>
        {
            Ok(known)
        }
        _ => fresh(services, project).await,
    }
}

/// The settings as last seen, for a caller that is about to learn the generation anyway.
pub async fn last_seen(services: &Services, project: ProjectId) -> Result<Arc<Snapshot>> {
    match services.caches.snapshots.0.get(&project) {
        Some(known) => Ok(known),
        None => load(services, project).await,
    }
}

/// Keeps a snapshot if the generation is still its own, and loads a new one otherwise.
pub async fn confirm(
    services: &Services,
    known: Arc<Snapshot>,
    generation: i64,
    read_at: Timestamp,
) -> Result<Arc<Snapshot>> {
    if known.generation == generation {
        known
            .checked_at
            .store(read_at.as_microsecond(), Ordering::Relaxed);
        Ok(known)
    } else {
        load(services, known.project.id).await
    }
}

/// Whether what was read at `read_at_micros` may be trusted for `time`.
pub fn is_recent(read_at_micros: i64, now: Timestamp, time: Duration) -> bool {
    let age = now.as_microsecond().saturating_sub(read_at_micros);
    // What was read later than now, was read by a clock that somebody has set back since.
    (0..time.as_micros() as i64).contains(&age)
}

async fn load(services: &Services, id: ProjectId) -> Result<Arc<Snapshot>> {
    let now = services.now();
    let mut reader = services.store.read().await?;
    // The generation first: a change in between makes the snapshot look old, never new.
    let generation = reader
        .projects()
        .generation(id)
        .await?
        .ok_or(Error::NotFound("project"))?;
    let project = reader
        .projects()
        .lookup(id)
        .await?
        .ok_or(Error::NotFound("project"))?;
    let keys = reader.keys().list(id).await?;
    let issuers = reader.issuers().list(id).await?;
    let origins = reader.origins().list(id).await?;
    let appearance = reader.appearances().lookup(id).await?.unwrap_or_default();
    let integrations = reader.integrations().list(id).await?;
    drop(reader);

    let keys = keys
        .into_iter()
        .map(|key| {
            let decoding =
                DecodingKey::from_rsa_pem(key.public_key_pem.as_bytes()).map_err(|error| {
                    Error::Internal(format!("signing key {} cannot be read: {error}", key.id))
                })?;
            Ok(VerifyingKey {
                id: key.id,
                key: decoding,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let development = project.environment == Environment::Development;
    let mut integrations: Vec<SetUp> = integrations
        .into_iter()
        .filter_map(|integration| {
            let definition = services.definitions.get(&integration.integration_type)?;
            (development || !definition.built_in).then_some(SetUp {
                integration,
                definition,
            })
        })
        .collect();
    // Byte order, which `find` relies on; a database may collate otherwise.
    integrations.sort_by(|a, b| {
        a.integration
            .integration_type
            .cmp(&b.integration.integration_type)
    });

    let snapshot = Arc::new(Snapshot {
        project,
        keys,
        issuers,
        origins,
        appearance,
        integrations,
        generation,
        checked_at: AtomicI64::new(now.as_microsecond()),
    });
    services.caches.snapshots.0.insert(id, snapshot.clone());
    Ok(snapshot)
}
