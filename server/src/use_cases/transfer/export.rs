//! Connections out, encrypted to a key of whoever receives them.

use serde_json::json;
use uuid::Uuid;

use super::{Outgoing, exposed};
use crate::{
    access::MayAdminister,
    domain::{
        audit::Action,
        connection::{Connection, ConnectionStatus},
        id::{ConnectionId, ProjectId},
    },
    ports::store::SealedColumn,
    use_cases::{
        Error, Result, Services,
        audit::{self, Did},
        credential, settings,
        snapshot::{self, SetUp},
    },
};

/// Rows that are read at once.
const PAGE: u32 = 200;

/// Which connections go, and to whom.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub project: ProjectId,
    /// Only this user's.
    pub user_id: Option<&'a str>,
    /// RSA, PEM.
    pub public_key_pem: &'a str,
}

#[derive(Default)]
pub struct Exported {
    pub written: u64,
    /// Connections that only their owners can mend, or that wait for them: they stay.
    pub left_out: u64,
}

/// Hands over a line for each connection: a JWE in the compact form (RFC 7516 §7.1).
pub async fn run(
    services: &Services,
    right: MayAdminister,
    wanted: Wanted<'_>,
    mut write: impl FnMut(&str) -> std::io::Result<()> + Send,
) -> Result<Exported> {
    let snapshot = snapshot::fresh(services, wanted.project).await?;
    let did = Did {
        detail: json!({ "userId": wanted.user_id }),
        ..Did::new(
            Action::ConnectionsExported,
            Some(wanted.project),
            "connections",
        )
    };
    audit::note(services, right.actor(), did).await?;
    let mut exported = Exported::default();
    let mut after = Uuid::nil();
    while let Some((last, page)) = page(services, after).await? {
        after = last;
        for connection in page {
            let is_other = wanted
                .user_id
                .is_some_and(|user| user != connection.user_id);
            if connection.project != wanted.project || is_other {
                continue;
            }
            let set_up = snapshot.find_by_id(connection.integration);
            let Some(set_up) = set_up.filter(|_| connection.status == ConnectionStatus::Valid)
            else {
                exported.left_out += 1;
                continue;
            };
            let line = line(services, set_up, connection, wanted.public_key_pem)?;
            write(&line).map_err(|error| Error::Internal(error.to_string()))?;
            exported.written += 1;
        }
    }
    Ok(exported)
}

/// Connections of any project, by id, and where the page ends.
async fn page(services: &Services, after: Uuid) -> Result<Option<(Uuid, Vec<Connection>)>> {
    let mut reader = services.store.read().await?;
    let rows = reader
        .sealed()
        .list(SealedColumn::Credential, after, PAGE)
        .await?;
    let Some(last) = rows.last().map(|last| last.row) else {
        return Ok(None);
    };
    let mut page = Vec::new();
    for row in rows {
        let id = ConnectionId(row.row);
        page.extend(reader.connections().lookup(id).await?);
    }
    Ok(Some((last, page)))
}

fn line(
    services: &Services,
    set_up: &SetUp,
    connection: Connection,
    public_key_pem: &str,
) -> Result<String> {
    let live = credential::open(services, connection)?;
    let connection = &live.connection;
    let mut configurations = connection.configurations.clone();
    for known in &mut configurations {
        settings::expose(services, set_up, connection.id, known)?;
    }
    let record = Outgoing {
        user_id: &connection.user_id,
        integration: &set_up.integration.integration_type,
        external_id: connection.external_id.as_deref(),
        method: &connection.method,
        metadata: &connection.metadata,
        scopes: connection.scopes.as_deref(),
        expires_at: connection.expires_at,
        credential: exposed(&live.fields),
        configurations,
    };
    let sealed = services.vault.seal_for(public_key_pem, &record.to_json());
    sealed.map_err(|error| Error::invalid("to-key", error.to_string()))
}
