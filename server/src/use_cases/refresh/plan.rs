//! When a credential is next renewed, and where.

use std::{collections::BTreeMap, time::Duration};

use url::Url;

use crate::domain::{
    Timestamp,
    connection::{Connection, ConnectionStatus},
    definition::{AuthMethod, Definition, Template, Tokens},
    id::ConnectionId,
    token_set::CredentialFields,
    upkeep::Upkeep,
};

/// A credential that was issued just now.
pub struct Issued<'a> {
    pub id: ConnectionId,
    pub status: ConnectionStatus,
    pub method: &'a str,
    pub fields: &'a CredentialFields,
    pub at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// When the worker is to renew it. None: never; a pending connection has yet to be completed.
pub fn due(definition: &Definition, issued: &Issued<'_>) -> Option<Timestamp> {
    if issued.status == ConnectionStatus::Pending {
        return None;
    }
    let auth = definition.auth(issued.method)?;
    upkeep(auth, issued.fields).due(issued.id, issued.at, issued.expires_at)
}

fn upkeep(auth: &AuthMethod, fields: &CredentialFields) -> Upkeep {
    let tokens = auth.kind.tokens();
    Upkeep {
        renewable: auth.is_renewable(fields),
        margin: tokens.map_or(Duration::ZERO, |tokens| tokens.refresh_margin),
        idle: tokens.and_then(|tokens| tokens.refresh_token_idle),
    }
}

/// The host whose rate limit a connection's refresh counts against.
pub fn host(definition: &Definition, connection: &Connection) -> String {
    let endpoint = definition
        .auth_of(connection)
        .kind
        .tokens()
        .and_then(Tokens::renewal_address);
    endpoint
        .and_then(|endpoint| host_of(endpoint, &connection.metadata))
        .unwrap_or_else(|| definition.slug.clone())
}

fn host_of(endpoint: &Template, metadata: &BTreeMap<String, String>) -> Option<String> {
    let url = endpoint
        .render_url(|name| metadata.get(name).map(String::as_str))
        .ok()?;
    Some(Url::parse(&url).ok()?.host_str()?.to_owned())
}
