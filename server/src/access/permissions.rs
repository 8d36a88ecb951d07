//! What the app's token lets its user do.
//!
//! The claim `urn:useparagon:connect:permissions` maps scopes to permissions. A scope is
//! `integration:{type}`, `credential:{id}` or `configuration:{id}`, with `ext:` before an external id
//! and `*` for any. The most specific scope that fits decides alone: one that names a thing before one
//! with `*`, and among those configuration before credential before integration. Where no scope fits,
//! nothing is allowed; without the claim everything is.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::domain::{configuration::Configuration, connection::Connection};

/// What a user can be let do. Seeing one's own accounts is always allowed: no SDK signs in without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Connect an account, and reconnect one. Asked of the integration.
    Connect,
    /// Disconnect an account.
    Disconnect,
    /// Change settings and configurations of an account.
    Configure,
    /// Call the provider with an account.
    Proxy,
}

impl Permission {
    /// As it stands in the claim; `*` there means every one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Configure => "configure",
            Self::Proxy => "proxy",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The claim: scope to permissions.
pub type Claim = BTreeMap<String, Vec<String>>;

/// None: the token has no claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(Option<Arc<Claim>>);

/// What is to be done something with.
#[derive(Clone, Copy)]
pub struct On<'a> {
    pub integration_type: &'a str,
    pub connection: Option<&'a Connection>,
    pub configuration: Option<&'a Configuration>,
}

impl<'a> On<'a> {
    pub fn integration(integration_type: &'a str) -> Self {
        Self {
            integration_type,
            connection: None,
            configuration: None,
        }
    }

    pub fn connection(integration_type: &'a str, connection: &'a Connection) -> Self {
        Self {
            connection: Some(connection),
            ..Self::integration(integration_type)
        }
    }

    /// Names of scopes that fit, the most specific first.
    fn scopes(self) -> impl Iterator<Item = String> {
        let configuration = self.configuration.into_iter().flat_map(|known| {
            let id = known.id.to_string();
            names("configuration", id, known.external_id.as_deref())
        });
        let credential = self.connection.into_iter().flat_map(|known| {
            let id = known.id.to_string();
            names("credential", id, known.external_id.as_deref())
        });
        let integration = format!("integration:{}", self.integration_type);
        let any_configuration = self.configuration.map(|_| "configuration:*".to_owned());
        let any_credential = self.connection.map(|_| "credential:*".to_owned());
        configuration
            .chain(credential)
            .chain([integration])
            .chain(any_configuration)
            .chain(any_credential)
            .chain(["integration:*".to_owned()])
    }
}

fn names(kind: &str, id: String, external_id: Option<&str>) -> Vec<String> {
    let external = external_id.map(|name| format!("{kind}:ext:{name}"));
    [format!("{kind}:{id}")]
        .into_iter()
        .chain(external)
        .collect()
}

impl Permissions {
    pub fn of_claim(claim: Option<Claim>) -> Self {
        Self(claim.map(Arc::new))
    }

    pub fn allow(&self, wanted: Permission, on: On<'_>) -> bool {
        let Some(claim) = &self.0 else {
            return true;
        };
        let decisive = on.scopes().find_map(|scope| claim.get(&scope));
        decisive.is_some_and(|granted| {
            granted
                .iter()
                .any(|name| name == "*" || name == wanted.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        Timestamp,
        connection::ConnectionStatus,
        id::{ConnectionId, IntegrationId, ProjectId},
        secret::Sealed,
        token_set::Account,
    };

    fn connection() -> Connection {
        Connection {
            id: ConnectionId(Uuid::from_u128(1)),
            project: ProjectId(Uuid::from_u128(2)),
            integration: IntegrationId(Uuid::from_u128(3)),
            user_id: "user".to_owned(),
            status: ConnectionStatus::Valid,
            invalid_reason: None,
            status_since: Timestamp::UNIX_EPOCH,
            failure: None,
            external_id: Some("team".to_owned()),
            account: Account::default(),
            method: "default".to_owned(),
            metadata: BTreeMap::new(),
            configurations: Vec::new(),
            scopes: None,
            credential: Sealed(Vec::new()),
            version: 1,
            expires_at: None,
            refresh_due_at: None,
            lease: None,
            interrupted_at: None,
            refresh_failures: 0,
            retry_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            refreshed_at: None,
        }
    }

    fn allowed(claim: &[(&str, &[&str])], on: On<'_>) -> bool {
        let claim = claim.iter().map(|(scope, granted)| {
            let granted = granted.iter().map(|name| (*name).to_owned()).collect();
            ((*scope).to_owned(), granted)
        });
        Permissions::of_claim(Some(claim.collect())).allow(Permission::Proxy, on)
    }

    #[test]
    fn without_the_claim_everything_is_allowed_and_with_an_empty_one_nothing() {
        let on = On::integration("acme");
        assert!(Permissions::default().allow(Permission::Proxy, on));
        assert!(!allowed(&[], on));
        assert!(!allowed(&[("integration:*", &[])], on));
        assert!(!allowed(
            &[("integration:*", &["connect", "unheard-of"])],
            on
        ));
        assert!(allowed(&[("integration:*", &["connect", "proxy"])], on));
        assert!(allowed(&[("integration:*", &["*"])], on));
    }

    #[test]
    fn the_most_specific_scope_decides_alone() {
        let connection = connection();
        let on = On::connection("acme", &connection);
        let none: &[&str] = &[];
        let id = format!("credential:{}", connection.id);
        assert!(!allowed(
            &[("integration:*", &["*"]), ("integration:acme", none)],
            on
        ));
        assert!(allowed(
            &[
                ("integration:acme", none),
                ("credential:ext:team", &["proxy"])
            ],
            on
        ));
        assert!(!allowed(&[("integration:acme", &["*"]), (&id, none)], on));
        assert!(allowed(
            &[("credential:*", none), ("integration:acme", &["*"])],
            on
        ));
        assert!(!allowed(
            &[("integration:other", &["*"]), ("credential:other", &["*"])],
            on
        ));
    }

    #[test]
    fn a_configuration_is_more_specific_than_its_account() {
        let connection = connection();
        let mut configuration = Configuration::first(Uuid::from_u128(9), Timestamp::UNIX_EPOCH);
        configuration.external_id = Some("north".to_owned());
        let on = On {
            configuration: Some(&configuration),
            ..On::connection("acme", &connection)
        };
        let claim: &[(&str, &[&str])] = &[
            ("credential:ext:team", &[]),
            ("configuration:ext:north", &["proxy"]),
        ];
        assert!(allowed(claim, on));
        assert!(!allowed(claim, On::connection("acme", &connection)));
    }
}
