//! The store: a reader for single reads, a unit of work for writes. Both hand out the same
//! repositories. A unit of work that is dropped is rolled back. No network call happens while one
//! is open.

mod api_key;
mod audit;
mod event;
mod revocation;
mod upkeep;
mod webhook;

use async_trait::async_trait;

pub use self::api_key::ApiKeyRepository;
pub use self::audit::AuditRepository;
pub use self::event::EventRepository;
pub use self::revocation::RevocationRepository;
pub use self::upkeep::{Pause, UpkeepRepository};
pub use self::webhook::{Ended, Replay, WebhookRepository};
use crate::domain::{
    Timestamp,
    appearance::{Appearance, Logo},
    configuration::{Configuration, Settings},
    connection::{Connection, ConnectionStatus, Failure, InvalidReason},
    encryption_key::{EncryptionKeyId, Holder, KeyState, Keyring},
    flow::{Flow, FlowState},
    id::{
        ConnectionId, FamilyId, FlowId, IntegrationId, KeyId, LinkId, OperatorId, ProcessId,
        ProjectId,
    },
    integration::Integration,
    issuer::Issuer,
    link::{Link, Opening},
    operator::{Operator, OperatorSession},
    project::{Project, SigningKey},
    secret::Sealed,
    selector::Selector,
    token_set::Account,
};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("not found")]
    NotFound,
    /// A unique name is taken.
    #[error("conflict")]
    Conflict,
    /// The row changed since it was read, or the lease was lost.
    #[error("stale")]
    Stale,
    #[error("row {row} of {table} cannot be read: {reason}")]
    Corrupt {
        table: &'static str,
        row: String,
        reason: String,
    },
    /// Locked, full, or away. Nothing was written.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub type StoreResult<T> = Result<T, StoreError>;

#[async_trait]
pub trait Store: Send + Sync {
    /// A connection for reads.
    async fn read(&self) -> StoreResult<Box<dyn Repositories>>;
    /// A transaction for writes: `BEGIN IMMEDIATE` on SQLite.
    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>>;
    /// Grows whenever a unit of work of this process has ended, in whatever way: what was read before
    /// may be old.
    fn writes(&self) -> u64;
    /// Answers when the database does.
    async fn ping(&self) -> StoreResult<()>;
    /// The clock that every process on this database goes by; none: that of their one machine.
    async fn now(&self) -> StoreResult<Option<Timestamp>>;
    /// Writes everything, as it is at one moment, to a new file, while others read and write.
    async fn backup(&self, to: &std::path::Path) -> StoreResult<()>;
    /// Replaces everything by what a backup of this release's schema holds, in one unit of work.
    async fn restore(&self, from: &std::path::Path) -> StoreResult<()>;
    /// Whether nobody has stored anything yet.
    async fn is_empty(&self) -> StoreResult<bool>;
    /// Takes what was deleted out of the database's files, as far as the engine can and without
    /// keeping others waiting: what they read all the while stays until the next call. Takes two
    /// seconds at most.
    async fn scrub(&self) -> StoreResult<()>;
}

pub trait Repositories: Send {
    fn projects(&mut self) -> &mut dyn ProjectRepository;
    fn keys(&mut self) -> &mut dyn KeyRepository;
    fn api_keys(&mut self) -> &mut dyn ApiKeyRepository;
    fn issuers(&mut self) -> &mut dyn IssuerRepository;
    fn origins(&mut self) -> &mut dyn OriginRepository;
    fn appearances(&mut self) -> &mut dyn AppearanceRepository;
    fn integrations(&mut self) -> &mut dyn IntegrationRepository;
    fn connections(&mut self) -> &mut dyn ConnectionRepository;
    fn upkeep(&mut self) -> &mut dyn UpkeepRepository;
    fn revocations(&mut self) -> &mut dyn RevocationRepository;
    fn events(&mut self) -> &mut dyn EventRepository;
    fn webhooks(&mut self) -> &mut dyn WebhookRepository;
    fn users(&mut self) -> &mut dyn UserRepository;
    fn flows(&mut self) -> &mut dyn FlowRepository;
    fn links(&mut self) -> &mut dyn LinkRepository;
    fn operators(&mut self) -> &mut dyn OperatorRepository;
    fn settings(&mut self) -> &mut dyn SettingRepository;
    fn keyring(&mut self) -> &mut dyn KeyringRepository;
    fn sealed(&mut self) -> &mut dyn SealedRepository;
    fn audit(&mut self) -> &mut dyn AuditRepository;
}

#[async_trait]
pub trait UnitOfWork: Repositories {
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}

#[async_trait]
pub trait ProjectRepository: Send {
    async fn lookup(&mut self, id: ProjectId) -> StoreResult<Option<Project>>;
    /// Every project, by family name, family id, then environment in its order.
    async fn list(&mut self) -> StoreResult<Vec<Project>>;
    async fn find_by_family(&mut self, family: FamilyId) -> StoreResult<Vec<Project>>;
    /// Conflict: the family has that environment already.
    async fn add(&mut self, project: &Project) -> StoreResult<()>;
    /// A number that grows with every [`ProjectRepository::touch`] of the project: what caches compare.
    async fn generation(&mut self, id: ProjectId) -> StoreResult<Option<i64>>;
    /// Says that keys, issuers, origins or integrations of the project changed.
    async fn touch(&mut self, id: ProjectId) -> StoreResult<()>;
}

#[async_trait]
pub trait KeyRepository: Send {
    /// The active keys, oldest first.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<SigningKey>>;
    async fn add(&mut self, key: &SigningKey) -> StoreResult<()>;
    /// NotFound: no such active key in the project.
    async fn revoke(&mut self, project: ProjectId, id: KeyId, now: Timestamp) -> StoreResult<()>;
}

#[async_trait]
pub trait IssuerRepository: Send {
    /// In alphabetical order.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Issuer>>;
    /// Conflict: the project has the issuer already.
    async fn add(&mut self, issuer: &Issuer) -> StoreResult<()>;
    /// NotFound: the project has no such issuer.
    async fn remove(&mut self, project: ProjectId, issuer: &str) -> StoreResult<()>;
}

#[async_trait]
pub trait OriginRepository: Send {
    /// In alphabetical order.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<String>>;
    /// Adding one that is there is no error.
    async fn add(&mut self, project: ProjectId, origin: &str, now: Timestamp) -> StoreResult<()>;
    async fn remove(&mut self, project: ProjectId, origin: &str) -> StoreResult<()>;
}

#[async_trait]
pub trait AppearanceRepository: Send {
    /// With the address of the logo. None: nothing was ever chosen.
    async fn lookup(&mut self, project: ProjectId) -> StoreResult<Option<Appearance>>;
    /// Adds or replaces everything but the logo. NotFound: no such project.
    async fn put(
        &mut self,
        project: ProjectId,
        chosen: &Appearance,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// Replaces or removes the logo. NotFound: the project has no appearance yet.
    async fn put_logo(&mut self, project: ProjectId, logo: Option<&Logo>) -> StoreResult<()>;
    /// A logo that some project has.
    async fn find_logo(&mut self, hash: &[u8]) -> StoreResult<Option<Logo>>;
}

/// Connections of one integration, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntegrationCount {
    pub integration: IntegrationId,
    pub connections: u32,
    pub to_mend: u32,
}

#[async_trait]
pub trait IntegrationRepository: Send {
    async fn lookup(&mut self, id: IntegrationId) -> StoreResult<Option<Integration>>;
    async fn find_by_type(
        &mut self,
        project: ProjectId,
        integration_type: &str,
    ) -> StoreResult<Option<Integration>>;
    /// By type.
    async fn list(&mut self, project: ProjectId) -> StoreResult<Vec<Integration>>;
    /// Conflict: the project has the type already.
    async fn add(&mut self, integration: &Integration) -> StoreResult<()>;
    /// Writes client, scopes, activity, what browsers may have, and `updated_at`. NotFound: no such row.
    async fn update(&mut self, integration: &Integration) -> StoreResult<()>;
    /// One row an integration that has connections.
    async fn counts(&mut self, project: ProjectId) -> StoreResult<Vec<IntegrationCount>>;
}

/// A user with connections, for the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPage {
    /// Distinct users that fit the search.
    pub total: u32,
    /// Connections of the users on this page, by user id, then by integration.
    pub connections: Vec<Connection>,
}

/// What a refresh or a new grant stores.
#[derive(Clone, Debug)]
pub struct NewCredential {
    pub credential: Sealed,
    /// As [`crate::domain::connection::Connection::method`].
    pub method: String,
    /// What the connection is with it. A refresh leaves it as it is.
    pub status: ConnectionStatus,
    pub expires_at: Option<Timestamp>,
    /// As [`crate::domain::connection::Connection::refresh_due_at`].
    pub refresh_due_at: Option<Timestamp>,
    pub scopes: Option<Vec<String>>,
    pub metadata: std::collections::BTreeMap<String, String>,
}

/// The right to refresh a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub fence: i64,
    /// As [`crate::domain::connection::Connection::interrupted_at`]: now, where the lease before this
    /// one ran out.
    pub interrupted_at: Option<Timestamp>,
}

/// What is noted of a refresh that did not succeed.
#[derive(Clone, Debug)]
pub struct FailedRefresh {
    pub failure: Failure,
    /// When callers may try again.
    pub retry_at: Timestamp,
    /// When the worker does.
    pub due_at: Timestamp,
    /// The provider may have renewed the credential all the same.
    pub outcome_unknown: bool,
}

#[async_trait]
pub trait ConnectionRepository: Send {
    async fn lookup(&mut self, id: ConnectionId) -> StoreResult<Option<Connection>>;
    /// A user's connections of one integration, oldest first.
    async fn find(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
    ) -> StoreResult<Vec<Connection>>;
    /// A user in ONE statement: the hot path of `GET /sdk/me`. None: no such project.
    async fn state_of_user(
        &mut self,
        project: ProjectId,
        user_id: &str,
    ) -> StoreResult<Option<UserRows>>;
    /// The oldest connection that fits and the project's generation, in ONE statement: the hot path of
    /// the proxy.
    async fn state_of_connection(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
        selector: &Selector,
    ) -> StoreResult<Option<(i64, Option<Connection>)>>;
    /// A page of users (page 1 first), those whose id contains `search` (literal, case-insensitive ASCII).
    async fn list_users(
        &mut self,
        project: ProjectId,
        search: &str,
        page: u32,
        page_size: u32,
    ) -> StoreResult<UserPage>;
    /// Up to 10,000, by user, for the command line.
    async fn list(
        &mut self,
        project: ProjectId,
        user_id: Option<&str>,
    ) -> StoreResult<Vec<Connection>>;
    /// Conflict: the user has one of that external id for the integration.
    async fn add(&mut self, connection: &Connection) -> StoreResult<()>;
    /// A new grant for a connection that exists: VALID again, version + 1, lease and failures cleared,
    /// account replaced. Fences out a refresh under way (fence + 1). Returns the new version.
    async fn replace_credential(
        &mut self,
        id: ConnectionId,
        new: &NewCredential,
        account: &Account,
        now: Timestamp,
    ) -> StoreResult<i64>;
    /// A pending connection becomes valid. Stale: it is not pending.
    async fn complete(
        &mut self,
        id: ConnectionId,
        metadata: &std::collections::BTreeMap<String, String>,
        account: &Account,
        refresh_due_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// Writes the app's name for the account and the user's settings. Conflict: the name is taken.
    /// NotFound: no such row.
    async fn configure(
        &mut self,
        id: ConnectionId,
        external_id: Option<&str>,
        configurations: &[Configuration],
        now: Timestamp,
    ) -> StoreResult<()>;
    /// Takes the refresh lease if nobody holds one at `now`, the version is still `version`, the grant is
    /// not over, and the integration's calls to `host` are not paused. Until `until` the connection is not due. None:
    /// somebody else was first, or there is a pause.
    async fn claim_refresh(
        &mut self,
        id: ConnectionId,
        version: i64,
        owner: ProcessId,
        host: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<Claim>>;
    /// Stores a refreshed credential and gives the lease back: version + 1, failures 0.
    /// Stale: the lease is not this owner's with this fence any more.
    async fn finish_refresh(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        new: &NewCredential,
        now: Timestamp,
    ) -> StoreResult<i64>;
    /// Counts a failure, notes it, gives the lease back. Stale as above.
    async fn fail_refresh(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        failed: &FailedRefresh,
    ) -> StoreResult<()>;
    /// NEEDS_REAUTH with its reason and what the provider said, version + 1, lease given back, never
    /// due. Stale as above: a holder that was overtaken has nothing to say, its refusal may come of the
    /// other's refresh.
    async fn mark_invalid(
        &mut self,
        id: ConnectionId,
        owner: ProcessId,
        fence: i64,
        reason: InvalidReason,
        said: Option<&str>,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// NotFound: it is gone already.
    async fn remove(&mut self, id: ConnectionId) -> StoreResult<()>;
}

/// What is stored of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRows {
    /// The project's.
    pub generation: i64,
    /// What the app noted of the user.
    pub meta: Settings,
    /// By integration, then oldest first.
    pub connections: Vec<Connection>,
}

/// What an app noted of its users. A user without a row has no notes.
#[async_trait]
pub trait UserRepository: Send {
    /// Makes units of work on one user wait for each other until they end.
    async fn lock(&mut self, project: ProjectId, user_id: &str, now: Timestamp) -> StoreResult<()>;
    async fn put_meta(
        &mut self,
        project: ProjectId,
        user_id: &str,
        meta: &Settings,
        now: Timestamp,
    ) -> StoreResult<()>;
}

#[async_trait]
pub trait FlowRepository: Send {
    async fn lookup(&mut self, id: FlowId) -> StoreResult<Option<Flow>>;
    async fn find_by_state(&mut self, state_hash: &[u8]) -> StoreResult<Option<Flow>>;
    /// The latest flow of a user that an SDK began under this id.
    async fn find_by_session(
        &mut self,
        project: ProjectId,
        user_id: &str,
        session_id: &str,
    ) -> StoreResult<Option<Flow>>;
    /// A user's flows that a window has taken and that no callback has come for, the latest first; 20
    /// at most.
    async fn list_open(
        &mut self,
        project: ProjectId,
        integration: IntegrationId,
        user_id: &str,
    ) -> StoreResult<Vec<Flow>>;
    async fn add(&mut self, flow: &Flow) -> StoreResult<()>;
    /// Moves a flow from `from` (by its name, and its browser hash where it has one) to `to`.
    /// Stale: it is not in `from` any more.
    async fn advance(&mut self, id: FlowId, from: &FlowState, to: &FlowState) -> StoreResult<()>;
    /// Puts other secrets in place of a flow's own. NotFound: there is no such flow.
    async fn keep(&mut self, id: FlowId, secrets: &Sealed) -> StoreResult<()>;
    /// When the first of all flows ends or ended.
    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes flows that ended before `before`; at most 1,000 a call. Returns how many.
    async fn remove_expired(&mut self, before: Timestamp) -> StoreResult<u64>;
}

#[async_trait]
pub trait LinkRepository: Send {
    async fn lookup(&mut self, id: LinkId) -> StoreResult<Option<Link>>;
    /// The latest `most` of a project, or of one of its users, newest first.
    async fn list(
        &mut self,
        project: ProjectId,
        user_id: Option<&str>,
        most: u32,
    ) -> StoreResult<Vec<Link>>;
    /// A link that nobody has taken.
    async fn add(&mut self, link: &Link) -> StoreResult<()>;
    /// A browser takes it. Stale: another has, or its time is over.
    async fn open(&mut self, id: LinkId, opening: &Opening) -> StoreResult<()>;
    /// Stale: nobody has taken it, or it is completed already.
    async fn complete(
        &mut self,
        id: LinkId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// When the first of all links ends or ended.
    async fn first_end(&mut self) -> StoreResult<Option<Timestamp>>;
    /// Deletes those that expired before `before`; at most 1,000 a call. Returns how many.
    async fn remove_expired(&mut self, before: Timestamp) -> StoreResult<u64>;
}

#[async_trait]
pub trait OperatorRepository: Send {
    async fn lookup(&mut self, id: OperatorId) -> StoreResult<Option<Operator>>;
    async fn find_by_email(&mut self, email: &str) -> StoreResult<Option<Operator>>;
    async fn count(&mut self) -> StoreResult<u32>;
    /// Conflict: the e-mail address is taken.
    async fn add(&mut self, operator: &Operator) -> StoreResult<()>;
    async fn add_session(&mut self, session: &OperatorSession) -> StoreResult<()>;
    /// The operator of a session that has not expired.
    async fn find_by_session(
        &mut self,
        token_hash: &[u8],
        now: Timestamp,
    ) -> StoreResult<Option<Operator>>;
    async fn remove_session(&mut self, token_hash: &[u8]) -> StoreResult<()>;
    /// When the first of all sessions ends or ended.
    async fn first_session_end(&mut self) -> StoreResult<Option<Timestamp>>;
    async fn remove_expired_sessions(&mut self, before: Timestamp) -> StoreResult<u64>;
}

/// Small values of the installation: the vault's key check, the set-up link's hash, the demo.
#[async_trait]
pub trait SettingRepository: Send {
    async fn lookup(&mut self, name: &str) -> StoreResult<Option<Vec<u8>>>;
    /// Conflict: it is set.
    async fn add(&mut self, name: &str, value: &[u8]) -> StoreResult<()>;
    /// Adds or replaces.
    async fn put(&mut self, name: &str, value: &[u8]) -> StoreResult<()>;
    /// Writes `new` in place of `old`. Stale: it is something else by now.
    async fn replace(&mut self, name: &str, old: &[u8], new: &[u8]) -> StoreResult<()>;
    /// NotFound: it is not set (somebody else removed it first).
    async fn remove(&mut self, name: &str) -> StoreResult<()>;
}

/// Which encryption keys the database knows, and which servers hold them.
#[async_trait]
pub trait KeyringRepository: Send {
    /// Makes units of work on the ring wait for each other until they end.
    async fn lock(&mut self) -> StoreResult<()>;
    /// Oldest first.
    async fn list(&mut self) -> StoreResult<Keyring>;
    /// Adds a key, or moves it into a state.
    async fn put(
        &mut self,
        id: EncryptionKeyId,
        state: KeyState,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// The servers that told of themselves within [`crate::domain::encryption_key::HOLDER_LIFE`],
    /// by the database's clock.
    async fn holders(&mut self) -> StoreResult<Vec<Holder>>;
    /// A server tells of itself; its age counts from now. What ended long ago is removed.
    async fn tell(&mut self, holder: &Holder) -> StoreResult<()>;
    /// A server ends.
    async fn forget(&mut self, process: ProcessId) -> StoreResult<()>;
}

/// A column that holds sealed values. Every one is here: the values of one that is not are lost with
/// the key that sealed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedColumn {
    ClientSecret,
    /// JSON, in which a user's secrets may stand.
    Configurations,
    Credential,
    /// Of a connection that ended, until its provider has been told.
    RevokedCredential,
    FlowSecrets,
    WebhookSecret,
    /// Of a webhook, until it signs no more.
    FormerWebhookSecret,
}

impl SealedColumn {
    pub const ALL: [Self; 7] = [
        Self::ClientSecret,
        Self::Configurations,
        Self::Credential,
        Self::RevokedCredential,
        Self::FlowSecrets,
        Self::WebhookSecret,
        Self::FormerWebhookSecret,
    ];

    /// Table and column. The table has the columns `id` and `project_id`.
    pub fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::ClientSecret => ("integrations", "client_secret"),
            Self::Configurations => ("connections", "configurations"),
            Self::Credential => ("connections", "credential"),
            Self::RevokedCredential => ("revocations", "credential"),
            Self::FlowSecrets => ("flows", "secrets"),
            Self::WebhookSecret => ("webhook_endpoints", "secret"),
            Self::FormerWebhookSecret => ("webhook_endpoints", "former_secret"),
        }
    }

    /// A text, in which values stand; otherwise the column is a value, or nothing.
    pub fn is_text(self) -> bool {
        self == Self::Configurations
    }
}

/// One row's content of a sealed column, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedContent {
    pub row: uuid::Uuid,
    pub project: ProjectId,
    /// The column's bytes; of a text, its UTF-8.
    pub content: Vec<u8>,
}

/// Sealed values, wherever they are, for those who look after the keys.
#[async_trait]
pub trait SealedRepository: Send {
    /// Up to `most` rows that hold something, by id, those after `after`; the nil id is before all.
    async fn list(
        &mut self,
        column: SealedColumn,
        after: uuid::Uuid,
        most: u32,
    ) -> StoreResult<Vec<SealedContent>>;
    /// Writes `new` in place of `old.content`; nothing else of the row changes. Stale: it is something
    /// else by now, or the row is gone.
    async fn replace(
        &mut self,
        column: SealedColumn,
        old: &SealedContent,
        new: &[u8],
    ) -> StoreResult<()>;
}
