//! The holder of a lease: asks the provider, and stores what comes of it before anybody uses it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Outcome,
    plan::{self, Issued},
};
use crate::{
    domain::{
        Timestamp,
        connection::{Connection, Failure, InvalidReason, Trouble},
        definition::{AuthMethod, Renewal},
        event::{Change, Subject},
        id::ConnectionId,
        token_set::TokenSet,
        upkeep,
    },
    ports::{
        provider::{ProviderError, Target},
        store::{FailedRefresh, NewCredential, Pause, StoreError, StoreResult, UnitOfWork},
    },
    use_cases::{
        Error, Result, Services,
        connect::client_of,
        credential::{self, Live},
        events,
        snapshot::SetUp,
    },
};

/// How long a store that is locked or away is tried with a token that must not be lost, and how long
/// from one time to the next at most.
const STORE_PATIENCE: Duration = Duration::from_secs(300);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The right to refresh, and what it is held for.
pub(super) struct Held<'a> {
    pub services: &'a Services,
    pub set_up: &'a SetUp,
    /// As it was when the lease was taken.
    pub connection: Connection,
    pub fence: i64,
    /// Of the token endpoint.
    pub host: String,
}

impl Held<'_> {
    /// Calls the provider, outside any transaction, and stores what it says.
    pub async fn refresh(self) -> Outcome {
        let live = match credential::open(self.services, self.connection.clone()) {
            Ok(live) => live,
            Err(error) => return self.fail(error).await,
        };
        if !self.auth().is_renewable(&live.fields) {
            return self.give_up(InvalidReason::NoRefreshToken, None).await;
        }
        match self.ask(&live).await {
            Ok(tokens) => self.store(&live, &tokens).await,
            Err(error) => match ended(&error, self.auth()) {
                Some((reason, said)) => {
                    let reason = self.judge(reason);
                    self.give_up(reason, Some(said)).await
                }
                None => self.fail(error).await,
            },
        }
    }

    fn auth(&self) -> &AuthMethod {
        self.set_up.definition.auth_of(&self.connection)
    }

    /// What was asked for anew each time cannot have been replaced by a renewal that was cut off.
    fn judge(&self, reason: InvalidReason) -> InvalidReason {
        let tokens = self.auth().kind.tokens();
        match tokens.map(|tokens| &tokens.renewal) {
            Some(Renewal::Again) => reason,
            _ => self.connection.judge(reason),
        }
    }

    async fn ask(&self, live: &Live) -> Result<TokenSet> {
        let target = Target {
            definition: &self.set_up.definition,
            auth: self.auth(),
            metadata: &self.connection.metadata,
        };
        let client = client_of(self.services, self.set_up, target.auth, &live.fields)?;
        let providers = &self.services.providers;
        Ok(providers.renew(target, &client, &live.fields).await?)
    }

    /// Stores the new token before anybody uses it. A database that is locked or away is tried again:
    /// the old refresh token may be dead already.
    async fn store(&self, live: &Live, tokens: &TokenSet) -> Outcome {
        let id = self.connection.id;
        let new = self.renewed(live, tokens);
        let outcome = self.try_to_store(&new).await;
        if let Err(StoreError::Stale) = outcome {
            self.end_orphan(&new).await?;
        }
        outcome?;
        if let Some(due) = new.refresh_due_at {
            self.services.bells.refresh.ring(due);
        }
        let mut reader = self.services.store.read().await?;
        let stored = reader.connections().lookup(id).await?;
        drop(reader);
        let stored = stored.ok_or(Error::NotFound("connection"))?;
        credential::open(self.services, stored).map(Arc::new)
    }

    fn renewed(&self, live: &Live, tokens: &TokenSet) -> NewCredential {
        let (services, connection) = (self.services, &self.connection);
        let fields = live.fields.with_tokens(tokens);
        let mut metadata = connection.metadata.clone();
        metadata.extend(tokens.metadata.clone());
        let issued = Issued {
            id: connection.id,
            status: connection.status,
            method: &connection.method,
            fields: &fields,
            at: services.now(),
            expires_at: tokens.expires_at,
        };
        NewCredential {
            credential: credential::seal(services, connection.project, connection.id, &fields),
            expires_at: tokens.expires_at,
            refresh_due_at: plan::due(&self.set_up.definition, &issued),
            method: connection.method.clone(),
            status: connection.status,
            scopes: tokens.scopes.clone().or_else(|| connection.scopes.clone()),
            metadata,
        }
    }

    /// The account may have been disconnected meanwhile: then it is the new tokens that are revoked.
    async fn end_orphan(&self, new: &NewCredential) -> Result<()> {
        let services = self.services;
        let now = services.now();
        let mut work = services.store.begin().await?;
        let revocations = work.revocations();
        let found = revocations.renew(self.connection.id, &new.credential, now);
        if found.await? {
            work.commit().await?;
            services.bells.revocations.ring(now);
        }
        Ok(())
    }

    async fn try_to_store(&self, new: &NewCredential) -> std::result::Result<(), StoreError> {
        let started = Instant::now();
        let mut wait = Duration::from_millis(50);
        let mut tried = false;
        loop {
            match self.try_store(new).await {
                Ok(()) => return Ok(()),
                // The answer to a commit was lost, and it was made.
                Err(StoreError::Stale) if tried => return Ok(()),
                Err(StoreError::Unavailable(_)) if started.elapsed() < STORE_PATIENCE => {
                    tried = true;
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_store(&self, new: &NewCredential) -> std::result::Result<(), StoreError> {
        let services = self.services;
        let mut work = services.store.begin().await?;
        work.connections()
            .finish_refresh(
                self.connection.id,
                services.process,
                self.fence,
                new,
                services.now(),
            )
            .await?;
        let refreshed = Change::Refreshed {
            expires_at: new.expires_at,
        };
        let before = self.connection.scopes.as_deref();
        let scopes = Change::of_scopes(before, new.scopes.as_deref());
        let changes = [refreshed].into_iter().chain(scopes);
        self.tell(&mut *work, changes).await?;
        events::commit(services, work).await
    }

    async fn tell(
        &self,
        work: &mut dyn UnitOfWork,
        changes: impl IntoIterator<Item = Change>,
    ) -> StoreResult<()> {
        let subject = Subject::from(&self.connection);
        events::add(self.services, work, subject, changes).await
    }

    /// The grant is over: its owner must connect again.
    async fn give_up(&self, reason: InvalidReason, said: Option<&str>) -> Outcome {
        let (services, id) = (self.services, self.connection.id);
        tracing::info!(connection = %id, reason = reason.as_str(), said, "a grant is over");
        let mut work = services.store.begin().await?;
        work.connections()
            .mark_invalid(
                id,
                services.process,
                self.fence,
                reason,
                said,
                services.now(),
            )
            .await?;
        self.tell(&mut *work, [Change::NeedsReauth(reason)]).await?;
        events::commit(services, work).await?;
        Err(Error::ReconnectRequired(reason))
    }

    /// It did not succeed this time. What the provider asked to wait, every process waits.
    async fn fail(&self, error: Error) -> Outcome {
        let (services, connection) = (self.services, &self.connection);
        tracing::warn!(connection = %connection.id, error = %error, "a refresh failed");
        let now = services.now();
        let failures = connection.refresh_failures + 1;
        let pause = pause(&error, failures).map(|wait| Pause {
            integration: connection.integration,
            host: self.host.clone(),
            ends_at: now + wait,
        });
        let rest = pause.as_ref().map_or(now, |pause| pause.ends_at);
        let failed = FailedRefresh {
            failure: failure(&error, now),
            retry_at: rest.max(now + about(connection.id, now, Connection::backoff(failures))),
            due_at: rest + about(connection.id, now, upkeep::wait(failures)),
            outcome_unknown: matches!(error, Error::Provider(ProviderError::Unavailable(_))),
        };
        let mut work = services.store.begin().await?;
        work.connections()
            .fail_refresh(connection.id, services.process, self.fence, &failed)
            .await?;
        if let Some(pause) = &pause {
            work.upkeep().pause(pause, now).await?;
        }
        work.commit().await?;
        services.bells.refresh.ring(failed.due_at);
        Err(error)
    }
}

/// Whether the error says that the grant is over, and in whose words.
fn ended<'e>(error: &'e Error, auth: &AuthMethod) -> Option<(InvalidReason, &'e str)> {
    // What its owner typed is the owner's to mend; the company's client is an operator's.
    let typed = !auth.kind.needs_company_client();
    match error {
        Error::Provider(ProviderError::ClientRefused(said)) if typed => {
            Some((InvalidReason::KeyRefused, said))
        }
        Error::Provider(ProviderError::GrantRefused(said)) => {
            Some((InvalidReason::GrantRefused, said))
        }
        Error::Provider(ProviderError::ConsentRevoked(said)) => {
            Some((InvalidReason::ConsentRevoked, said))
        }
        Error::Provider(ProviderError::ScopesRefused(said)) => {
            Some((InvalidReason::ScopesChanged, said))
        }
        _ => None,
    }
}

fn failure(error: &Error, at: Timestamp) -> Failure {
    let (trouble, said) = match error {
        Error::Provider(error) => (trouble(error), Some(error.said().to_owned())),
        // Its text is for the log.
        _ => (Trouble::Internal, None),
    };
    Failure { trouble, said, at }
}

fn trouble(error: &ProviderError) -> Trouble {
    match error {
        ProviderError::GrantRefused(_)
        | ProviderError::ConsentRevoked(_)
        | ProviderError::ScopesRefused(_) => Trouble::GrantOver,
        ProviderError::ClientRefused(_) => Trouble::ClientRefused,
        ProviderError::Refused(_) => Trouble::RequestRefused,
        ProviderError::Wait { limited: true, .. } => Trouble::RateLimited,
        ProviderError::Wait { limited: false, .. } | ProviderError::Unavailable(_) => {
            Trouble::Outage
        }
        ProviderError::Egress(_) => Trouble::Blocked,
    }
}

/// How long nobody is to call, where the provider asked for it.
fn pause(error: &Error, failures: u32) -> Option<Duration> {
    match error {
        Error::Provider(ProviderError::Wait { wait, .. }) => {
            let wait = wait.unwrap_or_else(|| upkeep::wait(failures));
            Some(wait.clamp(Duration::from_secs(1), upkeep::LONGEST_PAUSE))
        }
        _ => None,
    }
}

/// Three quarters of `wait` to five quarters: those that failed together do not try together.
fn about(id: ConnectionId, now: Timestamp, wait: Duration) -> Duration {
    wait.mul_f64(0.75 + upkeep::place(id, now) / 2.0)
}
