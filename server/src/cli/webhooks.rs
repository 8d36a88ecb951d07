//! `patchbay webhook`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say};
use crate::{
    access::{MayEdit, Staff},
    config::{Shared, WebhookCommand},
    domain::{
        event::EventType,
        id::{EndpointId, ProjectId},
        webhook::{Delivery, Endpoint},
    },
    ports::store::Replay,
    use_cases::{
        Services,
        webhooks::{self, Fresh},
    },
};

pub async fn run(shared: &Shared, command: WebhookCommand) -> Outcome {
    match command {
        WebhookCommand::Add {
            project,
            url,
            types,
            json,
        } => add(shared, &project, &url, types, json).await,
        WebhookCommand::List { project, json } => list(shared, &project, json).await,
        WebhookCommand::Rotate { project, id, json } => {
            let (services, project, id) = known(shared, &project, &id).await?;
            let fresh = webhooks::rotate(&services, &editor()?, project, id)
                .await
                .map_err(say)?;
            show(&fresh, json);
            Ok(())
        }
        WebhookCommand::Enable { project, id, json } => {
            let (services, project, id) = known(shared, &project, &id).await?;
            let done = webhooks::enable(&services, &editor()?, project, id).await;
            done.map_err(say)?;
            did("enabled", id, json);
            Ok(())
        }
        WebhookCommand::Disable { project, id, json } => {
            let (services, project, id) = known(shared, &project, &id).await?;
            let done = webhooks::disable(&services, &editor()?, project, id).await;
            done.map_err(say)?;
            did("disabled", id, json);
            Ok(())
        }
        WebhookCommand::Remove { project, id, json } => {
            let (services, project, id) = known(shared, &project, &id).await?;
            let done = webhooks::remove(&services, &editor()?, project, id).await;
            done.map_err(say)?;
            did("removed", id, json);
            Ok(())
        }
        WebhookCommand::Deliveries { project, id, json } => {
            deliveries(shared, &project, &id, json).await
        }
        WebhookCommand::Replay {
            project,
            id,
            event,
            since,
            json,
        } => {
            let which = match (event, since) {
                (Some(event), _) => Replay::One(
                    event
                        .parse()
                        .map_err(|_| format!("{event} is not an event's id"))?,
                ),
                (None, since) => Replay::Since(since.unwrap_or_default()),
            };
            replay(shared, &project, &id, which, json).await
        }
    }
}

fn editor() -> Result<MayEdit, String> {
    Staff::console().editor().map_err(|error| error.to_string())
}

async fn known(
    shared: &Shared,
    project: &str,
    id: &str,
) -> Result<(Arc<Services>, ProjectId, EndpointId), String> {
    let id = id
        .parse()
        .map_err(|_| format!("{id} is not a webhook's id; `patchbay webhook list` prints them"))?;
    Ok((open(shared).await?, project_id(project)?, id))
}

async fn add(
    shared: &Shared,
    project: &str,
    url: &str,
    types: Vec<EventType>,
    as_json: bool,
) -> Outcome {
    let services = open(shared).await?;
    let types = (!types.is_empty()).then_some(types);
    let fresh = webhooks::add(&services, &editor()?, project_id(project)?, url, types)
        .await
        .map_err(say)?;
    show(&fresh, as_json);
    Ok(())
}

fn show(fresh: &Fresh, as_json: bool) {
    let secret = fresh.secret.expose();
    if as_json {
        let mut row = row(&fresh.endpoint);
        row["secret"] = secret.into();
        println!("{row}");
    } else {
        println!(
            "Webhook {}. Its secret is shown once:\n{secret}",
            fresh.endpoint.id
        );
    }
}

fn did(what: &str, id: EndpointId, as_json: bool) {
    if as_json {
        println!("{}", json!({ what: id.to_string() }));
    } else {
        println!("The webhook {id} is {what}.");
    }
}

async fn list(shared: &Shared, project: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let reader = Staff::console().reader();
    let found = webhooks::list(&services, &reader, project_id(project)?)
        .await
        .map_err(say)?;
    if as_json {
        let rows: Vec<_> = found.iter().map(row).collect();
        println!("{}", json!({ "webhooks": rows }));
    } else {
        for endpoint in found {
            let state = endpoint.disabled.map_or("enabled", |_| "disabled");
            println!("{}  {state}  {}", endpoint.id, endpoint.url);
        }
    }
    Ok(())
}

async fn deliveries(shared: &Shared, project: &str, id: &str, as_json: bool) -> Outcome {
    let (services, project, id) = known(shared, project, id).await?;
    let reader = Staff::console().reader();
    let found = webhooks::deliveries(&services, &reader, project, id, None)
        .await
        .map_err(say)?;
    if as_json {
        let rows: Vec<_> = found.iter().map(delivery).collect();
        println!("{}", json!({ "deliveries": rows }));
    } else {
        for row in found {
            let (event, kind, state) = (row.event, row.event_type.as_str(), row.state.as_str());
            println!("{event}  {kind}  {state}  {} attempts", row.attempts);
        }
    }
    Ok(())
}

async fn replay(shared: &Shared, project: &str, id: &str, which: Replay, as_json: bool) -> Outcome {
    let (services, project, id) = known(shared, project, id).await?;
    let sent = webhooks::replay(&services, &editor()?, project, id, which)
        .await
        .map_err(say)?;
    if as_json {
        println!("{}", json!({ "replayed": sent }));
    } else {
        println!("{sent} events are sent again, by a server that runs.");
    }
    Ok(())
}

fn row(endpoint: &Endpoint) -> Value {
    json!({
        "id": endpoint.id.to_string(),
        "url": endpoint.url,
        "types": endpoint.types,
        "enabled": endpoint.disabled.is_none(),
        "disabledBy": endpoint.disabled.map(|disabled| disabled.by.as_str()),
        "failingSince": endpoint.failing_since.map(|since| since.to_string()),
        "createdAt": endpoint.created_at.to_string(),
    })
}

fn delivery(row: &Delivery) -> Value {
    let outcome = row.outcome.as_ref();
    json!({
        "eventId": row.event.to_string(),
        "type": row.event_type,
        "state": row.state.as_str(),
        "attempts": row.attempts,
        "dueAt": row.due_at.map(|due| due.to_string()),
        "status": outcome.and_then(|outcome| outcome.status),
        "trouble": outcome.and_then(|outcome| outcome.trouble.as_deref()),
        "answer": outcome.and_then(|outcome| outcome.answer.as_deref()),
    })
}
