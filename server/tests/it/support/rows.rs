//! Rows for tests: plausible, and different from each other where it matters.

use std::collections::BTreeMap;

use app::contract::setting::Setting;
use server::domain::{
    Timestamp,
    configuration::Configuration,
    connection::{Connection, ConnectionStatus},
    flow::{Caller, Flow, FlowState, Reply},
    id::{ConnectionId, FamilyId, FlowId, IntegrationId, IssuerId, KeyId, OperatorId, ProjectId},
    integration::Integration,
    intent::Intent,
    issuer::Issuer,
    operator::{Operator, Role},
    project::{Environment, Project, SigningKey},
    secret::Sealed,
    token_set::Account,
};
use uuid::Uuid;

use super::store::{Database, write};

/// A moment of 2026, to the microsecond.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_microsecond(1_780_000_000_123_457 + second * 1_000_000).expect("in range")
}

pub fn project() -> Project {
    environment(FamilyId(Uuid::now_v7()), "Acme", Environment::Development)
}

pub fn environment(family: FamilyId, name: &str, environment: Environment) -> Project {
    Project {
        id: ProjectId(Uuid::now_v7()),
        family,
        name: name.to_owned(),
        environment,
        created_at: at(0),
    }
}

pub fn key(project: &Project, second: i64) -> SigningKey {
    SigningKey {
        id: KeyId(Uuid::now_v7()),
        project: project.id,
        public_key_pem: "-----BEGIN PUBLIC KEY-----".to_owned(),
        created_at: at(second),
    }
}

pub fn issuer(project: &Project, issuer: &str) -> Issuer {
    Issuer {
        id: IssuerId(Uuid::now_v7()),
        project: project.id,
        issuer: issuer.to_owned(),
        jwks_url: Some("https://keys.example/jwks.json".to_owned()),
        audience: "acme".to_owned(),
        user_claim: "sub".to_owned(),
        created_at: at(0),
    }
}

pub fn integration(project: &Project, integration_type: &str) -> Integration {
    Integration {
        id: IntegrationId(Uuid::now_v7()),
        project: project.id,
        integration_type: integration_type.to_owned(),
        client_id: Some("client".to_owned()),
        client_secret: Some(Sealed(vec![0, 1, 255])),
        scopes: Some(vec!["read:all".to_owned(), "offline".to_owned()]),
        active: true,
        browser_token: true,
        redirect_urls: vec!["https://app.example/back?a=\"b\"".to_owned()],
        settings: vec![Setting {
            id: "plan".to_owned(),
            title: "Plan \"é\"".to_owned(),
            required: true,
            ..Setting::default()
        }],
        created_at: at(1),
        updated_at: at(2),
    }
}

pub fn connection(integration: &Integration, user_id: &str) -> Connection {
    Connection {
        id: ConnectionId(Uuid::now_v7()),
        project: integration.project,
        integration: integration.id,
        user_id: user_id.to_owned(),
        status: ConnectionStatus::Valid,
        invalid_reason: None,
        status_since: at(3),
        failure: None,
        external_id: None,
        account: Account {
            id: Some("00D".to_owned()),
            name: Some("Zoë's account".to_owned()),
        },
        method: "default".to_owned(),
        metadata: BTreeMap::from([("subdomain".to_owned(), "acme \"eu\"".to_owned())]),
        configurations: vec![Configuration::first(Uuid::new_v4(), at(3))],
        scopes: Some(vec!["read".to_owned()]),
        credential: Sealed(vec![7, 0, 9]),
        version: 1,
        expires_at: Some(at(3_600)),
        refresh_due_at: Some(at(3_000)),
        lease: None,
        interrupted_at: None,
        refresh_failures: 0,
        retry_at: None,
        created_at: at(3),
        updated_at: at(4),
        refreshed_at: None,
    }
}

pub fn flow(integration: &Integration, seed: u8) -> Flow {
    Flow {
        id: FlowId(Uuid::now_v7()),
        project: integration.project,
        integration: integration.id,
        user_id: "user".to_owned(),
        inputs: BTreeMap::from([("subdomain".to_owned(), "acme".to_owned())]),
        intent: Intent {
            external_id: Some("acme-1".to_owned()),
            ..Intent::default()
        },
        return_url: Some("https://app.example.com/settings#accounts".to_owned()),
        caller: Some(Caller {
            session_id: format!("session-{seed}"),
            reply: Reply {
                origin: "https://app.example".to_owned(),
                success: true,
                redirect_url: Some("https://app.example/back".to_owned()),
            },
        }),
        ticket_hash: vec![seed; 32],
        state_hash: vec![seed, 1],
        secrets: Sealed(vec![seed, 2]),
        state: FlowState::Created,
        created_at: at(0),
        expires_at: at(600),
    }
}

pub fn operator(email: &str, role: Role) -> Operator {
    Operator {
        id: OperatorId(Uuid::now_v7()),
        email: email.to_owned(),
        password_hash: "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA".to_owned(),
        role,
        created_at: at(0),
    }
}

/// A project that is stored.
pub async fn stored_project(database: &Database) -> Project {
    let project = project();
    write!(database, projects.add(&project)).expect("added");
    project
}

/// An integration that is stored, with its project.
pub async fn stored_integration(database: &Database) -> (Project, Integration) {
    let project = stored_project(database).await;
    let integration = integration(&project, "acme");
    write!(database, integrations.add(&integration)).expect("added");
    (project, integration)
}

/// A connection of the user `user` that is stored.
pub async fn stored_connection(database: &Database) -> Connection {
    let (_, integration) = stored_integration(database).await;
    let connection = connection(&integration, "user");
    write!(database, connections.add(&connection)).expect("added");
    connection
}
