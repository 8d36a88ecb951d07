//! [`app::api::WebhooksApi`] for one request.

use app::{
    api::WebhooksApi,
    contract::{
        event::{ApiScope, EventType},
        webhook::{
            ApiKeyRow, DeliveryProgress, DeliveryRow, EndpointDetail, EndpointRow, EndpointState,
            NewSecret, WebhooksPage,
        },
    },
};
use async_trait::async_trait;

use super::{
    Answer, RequestApi, Told,
    rows::{day, moment},
};
use crate::{
    access::Staff,
    domain::{
        api_key::ApiKey,
        id::{EndpointId, ProjectId},
        webhook::{Delivery, DeliveryState, DisabledBy, Endpoint},
    },
    http::sdk::caller,
    ports::store::Replay,
    use_cases::{
        Error, Result, Services, api_keys,
        webhooks::{self, Fresh},
    },
};

#[async_trait]
impl WebhooksApi for RequestApi {
    async fn webhooks(&self, project_id: String) -> Answer<WebhooksPage> {
        let staff = self.staff().await?;
        let project = caller::project(&project_id).told()?;
        page(&self.state.services, &staff, project).await.told()
    }

    async fn webhook(&self, project_id: String, endpoint_id: String) -> Answer<EndpointDetail> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        detail(&self.state.services, &staff, project, id)
            .await
            .told()
    }

    async fn add_webhook(
        &self,
        project_id: String,
        url: String,
        types: Option<Vec<EventType>>,
    ) -> Answer<NewSecret> {
        let right = self.staff().await?.editor().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        let made = webhooks::add(services, &right, project, &url, types).await;
        made.map(fresh).told()
    }

    async fn rotate_webhook(&self, project_id: String, endpoint_id: String) -> Answer<NewSecret> {
        let right = self.staff().await?.editor().told()?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        let made = webhooks::rotate(&self.state.services, &right, project, id).await;
        made.map(fresh).told()
    }

    async fn enable_webhook(
        &self,
        project_id: String,
        endpoint_id: String,
        enabled: bool,
    ) -> Answer<EndpointDetail> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        enable(&self.state.services, &staff, project, id, enabled)
            .await
            .told()
    }

    async fn remove_webhook(&self, project_id: String, endpoint_id: String) -> Answer<()> {
        let right = self.staff().await?.editor().told()?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        webhooks::remove(&self.state.services, &right, project, id)
            .await
            .told()
    }

    async fn replay(
        &self,
        project_id: String,
        endpoint_id: String,
        event_id: Option<String>,
    ) -> Answer<u32> {
        let staff = self.staff().await?;
        let (project, id) = endpoint(&project_id, &endpoint_id).told()?;
        replay(&self.state.services, &staff, project, id, event_id)
            .await
            .told()
    }

    async fn create_api_key(
        &self,
        project_id: String,
        name: String,
        scopes: Vec<ApiScope>,
    ) -> Answer<NewSecret> {
        let right = self.staff().await?.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let services = &self.state.services;
        let made = api_keys::create(services, right, project, &name, scopes).await;
        made.map(fresh_key).told()
    }

    async fn revoke_api_key(&self, project_id: String, key_id: String) -> Answer<()> {
        let right = self.staff().await?.administrator().told()?;
        let project = caller::project(&project_id).told()?;
        let key = key_id.parse().map_err(|_| Error::NotFound("API key"));
        api_keys::revoke(&self.state.services, right, project, key.told()?)
            .await
            .told()
    }
}

/// A webhook of a project, as pages name it.
fn endpoint(project_id: &str, endpoint_id: &str) -> Result<(ProjectId, EndpointId)> {
    Ok((
        caller::project(project_id)?,
        endpoint_id
            .parse()
            .map_err(|_| Error::NotFound("webhook"))?,
    ))
}

async fn page(services: &Services, staff: &Staff, project: ProjectId) -> Result<WebhooksPage> {
    let endpoints = webhooks::list(services, &staff.reader(), project).await?;
    let keys = api_keys::list(services, staff.reader(), project).await?;
    Ok(WebhooksPage {
        endpoints: endpoints.iter().map(row).collect(),
        api_keys: keys.iter().map(key).collect(),
        feed_url: services.url(&format!("/projects/{project}/events")),
    })
}

async fn detail(
    services: &Services,
    staff: &Staff,
    project: ProjectId,
    id: EndpointId,
) -> Result<EndpointDetail> {
    let reader = staff.reader();
    let all = webhooks::list(services, &reader, project).await?;
    let known = all.into_iter().find(|known| known.id == id);
    let known = known.ok_or(Error::NotFound("webhook"))?;
    let deliveries = webhooks::deliveries(services, &reader, project, id, None).await?;
    let now = services.now();
    let former = known.former.as_ref().filter(|former| former.until > now);
    Ok(EndpointDetail {
        row: row(&known),
        former_until: former.map(|former| moment(former.until)),
        deliveries: deliveries.iter().map(delivery).collect(),
    })
}

async fn enable(
    services: &Services,
    staff: &Staff,
    project: ProjectId,
    id: EndpointId,
    enabled: bool,
) -> Result<EndpointDetail> {
    let right = staff.editor()?;
    match enabled {
        true => webhooks::enable(services, &right, project, id).await?,
        false => webhooks::disable(services, &right, project, id).await?,
    }
    detail(services, staff, project, id).await
}

/// One event, or all since the endpoint is there that did not arrive.
async fn replay(
    services: &Services,
    staff: &Staff,
    project: ProjectId,
    id: EndpointId,
    event: Option<String>,
) -> Result<u32> {
    let right = staff.editor()?;
    let which = match event {
        Some(event) => Replay::One(event.parse().map_err(|_| Error::NotFound("event"))?),
        None => {
            let all = webhooks::list(services, &staff.reader(), project).await?;
            let known = all.into_iter().find(|known| known.id == id);
            Replay::Since(known.ok_or(Error::NotFound("webhook"))?.created_at)
        }
    };
    let sent = webhooks::replay(services, &right, project, id, which).await?;
    Ok(u32::try_from(sent).unwrap_or(u32::MAX))
}

fn fresh(fresh: Fresh) -> NewSecret {
    NewSecret {
        id: fresh.endpoint.id.to_string(),
        secret: fresh.secret.expose().to_owned(),
    }
}

fn fresh_key(made: api_keys::Created) -> NewSecret {
    NewSecret {
        id: made.key.id.to_string(),
        secret: made.secret.expose().to_owned(),
    }
}

fn row(endpoint: &Endpoint) -> EndpointRow {
    let state = match (endpoint.disabled, endpoint.failing_since) {
        (Some(disabled), _) => match disabled.by {
            DisabledBy::Operator => EndpointState::Disabled,
            DisabledBy::Gone => EndpointState::Gone,
            DisabledBy::Failing => EndpointState::GivenUp,
        },
        (None, Some(_)) => EndpointState::Failing,
        (None, None) => EndpointState::Enabled,
    };
    let disabled = endpoint.disabled.map(|disabled| disabled.at);
    EndpointRow {
        endpoint_id: endpoint.id.to_string(),
        url: endpoint.url.clone(),
        types: endpoint.types.clone(),
        state,
        since: disabled.or(endpoint.failing_since).map(moment),
    }
}

fn delivery(delivery: &Delivery) -> DeliveryRow {
    let outcome = delivery.outcome.as_ref();
    DeliveryRow {
        event_id: delivery.event.to_string(),
        event_type: delivery.event_type,
        at: moment(delivery.happened_at),
        state: match delivery.state {
            DeliveryState::Waiting => DeliveryProgress::Waiting,
            DeliveryState::Delivered => DeliveryProgress::Delivered,
            DeliveryState::Failed => DeliveryProgress::Failed,
        },
        attempts: delivery.attempts,
        due: delivery.due_at.map(moment),
        status: outcome.and_then(|outcome| outcome.status),
        trouble: outcome.and_then(|outcome| outcome.trouble.clone()),
        answer: outcome.and_then(|outcome| outcome.answer.clone()),
    }
}

fn key(key: &ApiKey) -> ApiKeyRow {
    ApiKeyRow {
        key_id: key.id.to_string(),
        name: key.name.clone(),
        scopes: key.scopes.clone(),
        created: day(key.created_at),
    }
}
