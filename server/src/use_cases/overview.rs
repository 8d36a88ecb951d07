//! The home page: what is done of the first steps, and the figures.

use app::contract::dashboard::Overview;

use super::{Result, Services, snapshot};
use crate::{access::MayRead, domain::id::ProjectId};

/// `demo_url`: the demo's address, where it is served.
pub async fn run(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
    demo_url: Option<String>,
) -> Result<Overview> {
    let snapshot = snapshot::fresh(services, project).await?;
    let mut reader = services.store.read().await?;
    let counts = reader.integrations().counts(project).await?;
    let users = reader.connections().list_users(project, "", 1, 1).await?;
    let active = snapshot
        .integrations
        .iter()
        .filter(|set_up| set_up.usable().is_ok())
        .count();
    let connections = counts.iter().map(|count| count.connections).sum();
    Ok(Overview {
        has_active_integration: active > 0,
        has_signing_key: !snapshot.keys.is_empty(),
        has_embedded: !snapshot.origins.is_empty() || connections > 0,
        has_connection: connections > 0,
        active_integrations: u32::try_from(active).unwrap_or(u32::MAX),
        connected_users: users.total,
        connections,
        needs_attention: counts.iter().map(|count| count.to_mend).sum(),
        demo_url,
    })
}
