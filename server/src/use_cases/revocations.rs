//! Tells providers of connections that ended here.
//!
//! A connection ends by one transaction: its row becomes a revocation, and from there on nobody uses
//! the credential. What is left is to tell the provider, which is tried for a day. Then, or when it
//! is done, the credential is deleted, and what came of it stays for thirty days.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::stream::{self, StreamExt};
use serde_json::json;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    connect::client_of,
    credential::FIELD,
    events, snapshot,
    work::{Bell, Bells, Work},
};
use crate::{
    access::MayAdminister,
    domain::{
        Timestamp,
        audit::Action,
        event::{Change, Subject},
        id::{OrderId, ProjectId},
        revocation::{LEASE, Order, Outcome, Progress, Revocation, TokenOutcome, wait},
        token_set::CredentialFields,
    },
    ports::{
        provider::{ProviderError, Target},
        store::{StoreError, StoreResult, UnitOfWork},
        vault::{SealedField, VaultError},
    },
};

/// Attempts of one batch, and how many of them at a time.
const BATCH: u32 = 64;
const AT_ONCE: usize = 16;

/// Connections that one transaction ends for an order.
const AT_A_TIME: u32 = 500;

/// Which connections an order means.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    pub integration_type: Option<String>,
    pub user_id: Option<String>,
}

pub struct Revocations;

#[async_trait]
impl Work for Revocations {
    fn name(&self) -> &'static str {
        "revocations"
    }

    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell {
        &bells.revocations
    }

    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>> {
        let orders = {
            let mut reader = services.store.read().await?;
            let first = reader.revocations().first_due().await?;
            let now = services.now();
            // Where nothing is due, nothing is written.
            if first.is_none_or(|due| due > now) {
                return Ok(first);
            }
            reader.revocations().open_orders(now).await?
        };
        for order in &orders {
            carry_out(services, order).await?;
        }
        let now = services.now();
        let due = {
            let mut work = services.store.begin().await?;
            let due = work.revocations().claim(now, now + LEASE, BATCH).await?;
            work.commit().await?;
            due
        };
        let had_some = !due.is_empty();
        stream::iter(due)
            .map(|revocation| attempt(services, revocation))
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await
            .into_iter()
            .collect::<Result<Vec<_>>>()?;
        if had_some {
            services.scrub().await;
        }
        let mut reader = services.store.read().await?;
        Ok(reader.revocations().first_due().await?)
    }
}

/// How many connections an order would end.
pub async fn count(
    services: &Services,
    _right: &MayAdminister,
    project: ProjectId,
    meant: &Meant,
) -> Result<u32> {
    let order = order(services, project, meant).await?;
    let mut reader = services.store.read().await?;
    Ok(reader.revocations().count(&order).await?)
}

/// Break glass: ends every connection that is meant, at once, and has the providers told. The order
/// is stored first, so it is carried out whatever becomes of this process.
pub async fn end_all(
    services: &Arc<Services>,
    right: MayAdminister,
    project: ProjectId,
    meant: &Meant,
) -> Result<OrderId> {
    let order = order(services, project, meant).await?;
    let mut work = services.store.begin().await?;
    work.revocations().add_order(&order).await?;
    let id = order.id.to_string();
    let did = Did {
        detail: json!({ "integration": meant.integration_type, "userId": meant.user_id }),
        ..Did::new(Action::ConnectionsRevoked, Some(project), &id)
    };
    audit::record(&mut *work, services.now(), right.actor(), did).await?;
    work.commit().await?;
    tracing::warn!(order = %order.id, project = %project, "every connection that is meant ends");
    carry_out(services, &order).await?;
    services.bells.revocations.ring(services.now());
    Ok(order.id)
}

pub async fn progress(services: &Services, id: OrderId) -> Result<Progress> {
    let mut reader = services.store.read().await?;
    Ok(reader.revocations().progress(id).await?)
}

async fn order(services: &Services, project: ProjectId, meant: &Meant) -> Result<Order> {
    let snapshot = snapshot::fresh(services, project).await?;
    let integration = match &meant.integration_type {
        Some(name) => {
            let set_up = snapshot.find(name).ok_or(Error::NotFound("integration"))?;
            Some(set_up.integration.id)
        }
        None => None,
    };
    let now = services.now();
    Ok(Order {
        id: OrderId(services.new_id()),
        project,
        integration,
        user_id: meant.user_id.clone(),
        created_at: now,
        due_at: Some(now),
    })
}

/// Any number of processes may do this at once: each connection is ended by one of them.
async fn carry_out(services: &Services, order: &Order) -> Result<()> {
    loop {
        let mut work = services.store.begin().await?;
        let ended = work
            .revocations()
            .carry_out(order, AT_A_TIME, services.now())
            .await?;
        if ended.is_empty() {
            work.revocations().close_order(order.id).await?;
        }
        let told: Vec<_> = ended
            .iter()
            .map(|ended| events::event(services, Subject::from(ended), Change::Deleted))
            .collect();
        work.events().add(order.project, &told).await?;
        events::commit(services, work).await?;
        if ended.is_empty() {
            return Ok(());
        }
    }
}

/// Tells the provider of a revocation whose attempt has begun, and notes what came of it.
pub(super) async fn attempt(services: &Services, revocation: Revocation) -> Result<Told> {
    let (outcome, again) = tell(services, &revocation).await;
    let next = wait(revocation.attempts).filter(|_| again);
    let now = services.now();
    let mut work = services.store.begin().await?;
    let (id, number) = (revocation.id, revocation.attempts);
    let noted = match next {
        Some(wait) => {
            let due = now + wait;
            work.revocations().put_off(id, number, &outcome, due).await
        }
        None => end(services, &mut *work, &revocation, outcome, now).await,
    };
    match noted {
        Ok(()) => events::commit(services, work).await?,
        // Somebody else has begun another attempt.
        Err(StoreError::Stale) => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(wait) = next {
        services.bells.revocations.ring(now + wait);
    }
    tracing::info!(connection = %id, outcome = outcome.worst().as_str(), again = next.is_some(), "disconnected");
    Ok(Told {
        outcome,
        again: next.is_some(),
    })
}

/// It is over, and the project's back end is told.
async fn end(
    services: &Services,
    work: &mut dyn UnitOfWork,
    revocation: &Revocation,
    outcome: Outcome,
    now: Timestamp,
) -> StoreResult<()> {
    let (id, number) = (revocation.id, revocation.attempts);
    work.revocations().end(id, number, &outcome, now).await?;
    let subject = Subject::from(revocation);
    events::add(services, work, subject, [Change::Revoked(outcome)]).await
}

const FAILED: Outcome = Outcome {
    refresh_token: None,
    access_token: Some(TokenOutcome::Failed),
};

/// What an attempt came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub outcome: Outcome,
    /// The provider is tried again.
    pub again: bool,
}

/// The outcome, and whether another attempt may make it better.
async fn tell(services: &Services, revocation: &Revocation) -> (Outcome, bool) {
    match try_tell(services, revocation).await {
        Ok(told) => told,
        // The key may come back.
        Err(Error::Unreadable {
            reason: VaultError::UnknownKey(_),
            ..
        }) => (FAILED, true),
        Err(error) => {
            tracing::error!(connection = %revocation.id, error = %error, "a credential cannot be revoked");
            (FAILED, false)
        }
    }
}

async fn try_tell(services: &Services, revocation: &Revocation) -> Result<(Outcome, bool)> {
    let Some(fields) = open(services, revocation)? else {
        return Ok((revocation.outcome.unwrap_or_default(), false));
    };
    let snapshot = snapshot::fresh(services, revocation.project).await?;
    let Some(set_up) = snapshot.find_by_id(revocation.integration) else {
        return Ok((Outcome::default(), false));
    };
    let definition = &set_up.definition;
    let auth = definition
        .auth(&revocation.method)
        .unwrap_or_else(|| definition.default_auth());
    let target = Target {
        definition,
        auth,
        metadata: &revocation.metadata,
    };
    let client = client_of(services, set_up, auth, &fields)?;
    let mut again = false;
    let mut told = [None; 2];
    // The refresh token first: most providers end the access tokens with it (RFC 7009 §2.1).
    let kinds = [
        CredentialFields::REFRESH_TOKEN,
        CredentialFields::ACCESS_TOKEN,
    ];
    for (kind, told) in kinds.into_iter().zip(&mut told) {
        if fields.get(kind).is_none() {
            continue;
        }
        let answer = services
            .providers
            .revoke(target, &client, &fields, kind)
            .await;
        *told = Some(match answer {
            Ok(true) => TokenOutcome::Revoked,
            Ok(false) => TokenOutcome::NotSupported,
            Err(error) => {
                tracing::warn!(connection = %revocation.id, kind, error = %error, "a revocation failed");
                again |= is_passing(&error);
                TokenOutcome::Failed
            }
        });
    }
    let [refresh_token, access_token] = told;
    let outcome = Outcome {
        refresh_token,
        access_token,
    };
    Ok((outcome, again))
}

fn is_passing(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Unavailable(_) | ProviderError::Wait { .. }
    )
}

fn open(services: &Services, revocation: &Revocation) -> Result<Option<CredentialFields>> {
    let Some(sealed) = &revocation.credential else {
        return Ok(None);
    };
    let field = SealedField {
        project: revocation.project.0,
        owner: revocation.id.0,
        field: FIELD,
    };
    let plain = services.unseal("revocations", revocation.id, field, sealed)?;
    let fields = CredentialFields::from_json(plain.expose());
    fields.map(Some).map_err(|_| {
        Error::Internal(format!(
            "revocations row {}: the credential is not a map",
            revocation.id
        ))
    })
}

/// How long the outcome is kept.
pub const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);
