//! Connected accounts: their states.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say, settings, transfer};
use crate::{
    access::Staff,
    config::{ConnectionCommand, Shared},
    domain::{Timestamp, connection::Connection, id::OrderId, revocation::Progress},
    use_cases::{
        Services, get_user,
        revocations::{self, Meant},
        users,
    },
};

pub async fn run(shared: &Shared, command: ConnectionCommand) -> Outcome {
    match command {
        ConnectionCommand::List {
            project,
            user,
            json,
        } => list(shared, &project, user.as_deref(), json).await,
        ConnectionCommand::Revoke {
            project,
            integration: integration_type,
            user: user_id,
            yes,
            wait,
            json,
        } => {
            let meant = Meant {
                integration_type,
                user_id,
            };
            let wait = Duration::from_secs(wait);
            revoke(shared, &project, &meant, yes, wait, json).await
        }
        ConnectionCommand::Import(args) => transfer::import(shared, &args).await,
        ConnectionCommand::Export(args) => transfer::export(shared, &args).await,
        ConnectionCommand::Secret {
            project,
            connection,
            setting,
        } => settings::print_secret(shared, &project, &connection, &setting).await,
    }
}

async fn list(shared: &Shared, project: &str, user: Option<&str>, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let reader = Staff::console().reader();
    let (snapshot, connections) = users::connections(&services, reader, project_id(project)?, user)
        .await
        .map_err(say)?;
    let type_of = |id| {
        snapshot.find_by_id(id).map_or("unknown", |set_up| {
            set_up.integration.integration_type.as_str()
        })
    };
    let now = services.now();
    if as_json {
        let rows: Vec<_> = connections
            .iter()
            .map(|connection| row(connection, type_of(connection.integration), now))
            .collect();
        println!("{}", json!({ "connections": rows }));
        return Ok(());
    }
    for connection in &connections {
        println!(
            "{}  {:<16} {:<24} {:<12} {}",
            connection.id,
            type_of(connection.integration),
            connection.user_id,
            connection.state(now).as_str(),
            connection.explained().unwrap_or_default()
        );
    }
    Ok(())
}

/// What SDKs are told of a connection, and what operators want to know beside it.
fn row(connection: &Connection, integration_type: &str, now: Timestamp) -> Value {
    let mut row = json!(get_user::credential(connection));
    row["userId"] = connection.user_id.clone().into();
    row["integrationType"] = integration_type.into();
    row["state"] = connection.state(now).as_str().into();
    row["stateSince"] = connection.status_since.to_string().into();
    row["reason"] = connection
        .invalid_reason
        .map(|reason| reason.as_str())
        .into();
    row["explanation"] = connection.explained().into();
    row["lastFailure"] = connection.failure.as_ref().map_or(Value::Null, |failure| {
        json!({
            "trouble": failure.trouble.as_str(),
            "said": failure.said,
            "at": failure.at.to_string(),
        })
    });
    row["refreshDueAt"] = connection.refresh_due_at.map(|due| due.to_string()).into();
    row
}

/// Ends the connections here and now; the providers are told by the server, which is waited for.
async fn revoke(
    shared: &Shared,
    project: &str,
    meant: &Meant,
    yes: bool,
    wait: Duration,
    as_json: bool,
) -> Outcome {
    let services = open(shared).await?;
    let project = project_id(project)?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    if !yes {
        let found = revocations::count(&services, &right, project, meant).await;
        return Err(format!(
            "this disconnects {} accounts for good; add --yes to do it",
            found.map_err(say)?
        ));
    }
    let order = revocations::end_all(&services, right, project, meant)
        .await
        .map_err(say)?;
    let progress = told(&services, order, wait).await?;
    let Progress {
        revoked,
        not_supported,
        failed,
        waiting,
    } = progress;
    let all = revoked + not_supported + failed + waiting;
    if as_json {
        let answer = json!({
            "orderId": order.to_string(),
            "connections": all,
            "revoked": revoked,
            "notSupported": not_supported,
            "failed": failed,
            "waiting": waiting,
        });
        println!("{answer}");
    } else {
        println!(
            "{all} accounts are disconnected. At their providers: {revoked} revoked, \
             {not_supported} cannot be revoked, {failed} failed, {waiting} are still to be told by a \
             running server."
        );
    }
    Ok(())
}

/// How far it is, when no provider is left to be told or `wait` is over.
async fn told(services: &Services, order: OrderId, wait: Duration) -> Result<Progress, String> {
    let started = Instant::now();
    loop {
        let progress = revocations::progress(services, order).await.map_err(say)?;
        if progress.waiting == 0 || started.elapsed() >= wait {
            return Ok(progress);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
