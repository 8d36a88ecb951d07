//! `patchbay link`: links to hosted pages.

use std::time::Duration;

use serde_json::json;

use super::{Outcome, open, project_id, say};
use crate::{
    access::Staff,
    config::{LinkCommand, Shared},
    domain::{
        Timestamp,
        link::{Link, LinkState},
    },
    use_cases::links::{self, Wanted},
};

pub async fn run(shared: &Shared, command: LinkCommand) -> Outcome {
    match command {
        LinkCommand::Create {
            project,
            user,
            integration,
            name,
            ttl,
            return_url,
            json,
        } => {
            let wanted = Wanted {
                name,
                lifetime: ttl.map(Duration::from_secs),
                return_url,
            };
            create(shared, (&project, &user, &integration), wanted, json).await
        }
        LinkCommand::List { project, json } => list(shared, &project, json).await,
    }
}

async fn create(
    shared: &Shared,
    (project, user, integration): (&str, &str, &str),
    wanted: Wanted,
    as_json: bool,
) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console().supporter();
    let project = project_id(project)?;
    let made = links::create_for(&services, right, project, user, integration, wanted)
        .await
        .map_err(say)?;
    let (link, url) = (made.link, made.url.expose());
    if as_json {
        println!(
            "{}",
            json!({ "id": link.id.to_string(), "url": url, "dateExpires": link.expires_at.to_string() })
        );
    } else {
        println!(
            "For {}, once, until {}:\n{url}",
            link.recipient(),
            link.expires_at
        );
    }
    Ok(())
}

async fn list(shared: &Shared, project: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console().reader();
    let found = links::list(&services, right, project_id(project)?)
        .await
        .map_err(say)?;
    let now = services.now();
    if as_json {
        let rows: Vec<_> = found
            .iter()
            .map(|link| {
                json!({
                    "id": link.id.to_string(),
                    "userId": link.user_id,
                    "recipient": link.recipient(),
                    "status": status(link, now),
                })
            })
            .collect();
        println!("{}", json!({ "links": rows }));
    } else {
        for link in &found {
            println!(
                "{}  {:<10} {}",
                link.id,
                status(link, now),
                link.recipient()
            );
        }
    }
    Ok(())
}

fn status(link: &Link, now: Timestamp) -> &'static str {
    if link.state == LinkState::Created && !link.is_open(now) {
        "expired"
    } else {
        link.state.name()
    }
}
