//! Endpoints of a project's back end, to which events are sent as they come (Standard Webhooks 1.0).

pub mod deliver;
pub mod signature;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use url::Url;

use super::{
    Error, Result, Services,
    audit::{self, Did},
    projects,
};
use crate::{
    access::{MayEdit, MayRead},
    domain::{
        Timestamp,
        audit::Action,
        event::EventType,
        id::{EndpointId, EventId, ProjectId},
        secret::{Sealed, Secret},
        webhook::{
            Delivery, DisabledBy, Endpoint, Former, MAX_ENDPOINTS, MAX_URL, OVERLAP, compose_secret,
        },
    },
    ports::{
        store::{Replay, StoreError, UnitOfWork},
        vault::SealedField,
    },
};

/// The field names under which an endpoint's secrets are sealed.
pub const SECRET: &str = "webhook_secret";
pub const FORMER_SECRET: &str = "webhook_former_secret";

/// Deliveries of one page.
const PAGE: u32 = 50;

/// An endpoint with its new secret, which is shown once.
pub struct Fresh {
    pub endpoint: Endpoint,
    pub secret: Secret,
}

/// Adds an endpoint. `types`: none for every type. Conflict: the project has as many as it can.
pub async fn add(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    url: &str,
    types: Option<Vec<EventType>>,
) -> Result<Fresh> {
    let url = check(services, url)?;
    if types.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::invalid(
            "types",
            "Choose at least one type of event.",
        ));
    }
    let (id, now) = (EndpointId(services.new_id()), services.now());
    let secret = new_secret(services);
    let endpoint = Endpoint {
        id,
        project,
        url,
        types,
        secret: services.vault.seal(field(project, id, SECRET), &secret),
        former: None,
        disabled: None,
        failing_since: None,
        created_at: now,
        updated_at: now,
    };
    let mut work = services.store.begin().await?;
    // First, so that two at once count one after the other.
    work.projects()
        .touch(project)
        .await
        .map_err(projects::missing)?;
    if work.webhooks().list(project).await?.len() >= MAX_ENDPOINTS {
        return Err(Error::Conflict(format!(
            "A project has at most {MAX_ENDPOINTS} webhooks. Remove one first."
        )));
    }
    work.webhooks().add(&endpoint).await?;
    let detail = json!({ "url": endpoint.url, "types": endpoint.types });
    let done = (Action::WebhookAdded, detail);
    told(services, &mut *work, right, &endpoint, done).await?;
    work.commit().await?;
    tracing::info!(endpoint = %id, project = %project, "a webhook was added");
    Ok(Fresh { endpoint, secret })
}

/// Oldest first.
pub async fn list(
    services: &Services,
    _right: &MayRead,
    project: ProjectId,
) -> Result<Vec<Endpoint>> {
    let mut reader = services.store.read().await?;
    reader
        .projects()
        .lookup(project)
        .await?
        .ok_or(Error::NotFound("project"))?;
    Ok(reader.webhooks().list(project).await?)
}

/// Another secret signs from now on; for a day the one before does, too.
pub async fn rotate(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    id: EndpointId,
) -> Result<Fresh> {
    let known = find(services, project, id).await?;
    let now = services.now();
    let former = unseal(services, &known, SECRET, &known.secret)?;
    let former = Former {
        secret: services
            .vault
            .seal(field(project, id, FORMER_SECRET), &former),
        until: now + OVERLAP,
    };
    let secret = new_secret(services);
    let sealed = services.vault.seal(field(project, id, SECRET), &secret);
    let mut work = services.store.begin().await?;
    work.webhooks()
        .replace_secret(id, &sealed, &former, now)
        .await
        .map_err(missing)?;
    let done = (Action::WebhookSecretReplaced, json!({}));
    told(services, &mut *work, right, &known, done).await?;
    work.commit().await?;
    services.bells.housekeeping.ring(former.until);
    tracing::info!(endpoint = %id, project = %project, "a webhook's secret was replaced");
    let endpoint = Endpoint {
        secret: sealed,
        former: Some(former),
        updated_at: now,
        ..known
    };
    Ok(Fresh { endpoint, secret })
}

/// Nothing is sent there from now on, and what was on its way has failed.
pub async fn disable(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    id: EndpointId,
) -> Result<()> {
    let known = find(services, project, id).await?;
    let mut work = services.store.begin().await?;
    let (by, now) = (DisabledBy::Operator, services.now());
    work.webhooks().disable(id, by, now).await?;
    let done = (Action::WebhookDisabled, json!({}));
    told(services, &mut *work, right, &known, done).await?;
    Ok(work.commit().await?)
}

/// Events from now on are sent there again. What happened meanwhile is to be replayed.
pub async fn enable(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    id: EndpointId,
) -> Result<()> {
    let known = find(services, project, id).await?;
    let mut work = services.store.begin().await?;
    work.webhooks()
        .enable(id, services.now())
        .await
        .map_err(missing)?;
    let done = (Action::WebhookEnabled, json!({}));
    told(services, &mut *work, right, &known, done).await?;
    Ok(work.commit().await?)
}

pub async fn remove(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    id: EndpointId,
) -> Result<()> {
    let known = find(services, project, id).await?;
    let mut work = services.store.begin().await?;
    work.webhooks().remove(id).await.map_err(missing)?;
    let done = (Action::WebhookRemoved, json!({}));
    told(services, &mut *work, right, &known, done).await?;
    work.commit().await?;
    services.scrub().await;
    tracing::info!(endpoint = %id, project = %project, "a webhook was removed");
    Ok(())
}

/// Sends an event again, or every one since a time that was not delivered. Returns how many.
pub async fn replay(
    services: &Services,
    right: &MayEdit,
    project: ProjectId,
    id: EndpointId,
    which: Replay,
) -> Result<u64> {
    let known = find(services, project, id).await?;
    if known.disabled.is_some() {
        return Err(Error::Conflict(
            "The webhook is disabled. Enable it first.".to_owned(),
        ));
    }
    let now = services.now();
    let mut work = services.store.begin().await?;
    let sent = work.webhooks().replay(&known, which, now).await?;
    let done = (Action::WebhookReplayed, json!({ "deliveries": sent }));
    told(services, &mut *work, right, &known, done).await?;
    work.commit().await?;
    services.bells.deliveries.ring(now);
    Ok(sent)
}

/// Deliveries, those of the latest events first; those of events before `before`.
pub async fn deliveries(
    services: &Services,
    _right: &MayRead,
    project: ProjectId,
    id: EndpointId,
    before: Option<EventId>,
) -> Result<Vec<Delivery>> {
    find(services, project, id).await?;
    let mut reader = services.store.read().await?;
    Ok(reader.webhooks().deliveries(id, before, PAGE).await?)
}

/// Adds what was done to an endpoint to the audit trail.
async fn told(
    services: &Services,
    work: &mut dyn UnitOfWork,
    right: &MayEdit,
    endpoint: &Endpoint,
    (action, detail): (Action, Value),
) -> Result<()> {
    let id = endpoint.id.to_string();
    let did = Did {
        detail,
        ..Did::new(action, Some(endpoint.project), &id)
    };
    audit::record(work, services.now(), right.actor(), did).await
}

async fn find(services: &Services, project: ProjectId, id: EndpointId) -> Result<Endpoint> {
    let found = services.store.read().await?.webhooks().lookup(id).await?;
    found
        .filter(|known| known.project == project)
        .ok_or(Error::NotFound("webhook"))
}

/// The address as it is stored: one that can be called, without a user and a password, which would
/// stand in the clear.
fn check(services: &Services, text: &str) -> Result<String> {
    let invalid = |message: &str| Error::invalid("url", message);
    let text = text.trim();
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.has_host() && text.len() <= MAX_URL)
        .ok_or_else(|| invalid("Enter an address like https://app.example.com/webhooks."))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(invalid(
            "An address has no user, password or fragment here. The signature says who sends.",
        ));
    }
    services.webhook_sender.check(&url).map_err(|_| {
        invalid(
            "This server may not call that address. Use https and a public host, or have it allowed by --egress-allow.",
        )
    })?;
    Ok(url.into())
}

fn new_secret(services: &Services) -> Secret {
    let mut bytes = [0; 32];
    services.entropy.fill(&mut bytes);
    compose_secret(&BASE64.encode(bytes))
}

fn field(project: ProjectId, id: EndpointId, field: &'static str) -> SealedField {
    SealedField {
        project: project.0,
        owner: id.0,
        field,
    }
}

fn unseal(
    services: &Services,
    endpoint: &Endpoint,
    name: &'static str,
    sealed: &Sealed,
) -> Result<Secret> {
    let at = field(endpoint.project, endpoint.id, name);
    services.unseal("webhook_endpoints", endpoint.id, at, sealed)
}

/// The secrets that sign at `now`, the newest first.
fn signing_secrets(
    services: &Services,
    endpoint: &Endpoint,
    now: Timestamp,
) -> Result<Vec<Secret>> {
    let mut secrets = vec![unseal(services, endpoint, SECRET, &endpoint.secret)?];
    if let Some(former) = endpoint.former.as_ref().filter(|former| former.until > now) {
        let secret = unseal(services, endpoint, FORMER_SECRET, &former.secret)?;
        secrets.push(secret);
    }
    Ok(secrets)
}

fn missing(error: StoreError) -> Error {
    match error {
        StoreError::NotFound => Error::NotFound("webhook"),
        other => other.into(),
    }
}
