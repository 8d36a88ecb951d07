//! Connections as rows: what goes in comes out, and goes with its owner.

use std::collections::BTreeMap;

use server::{
    domain::{
        configuration::Settings,
        connection::{Connection, ConnectionStatus, Failure, InvalidReason, Lease, Trouble},
        id::{ConnectionId, ProcessId, ProjectId},
        selector::Selector,
        token_set::Account,
    },
    ports::store::{StoreError, StoreResult, UserRows},
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, connection, flow, integration, stored_connection, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_connection_comes_back_as_it_went,
    every_optional_column_comes_back,
    every_reason_comes_back,
    every_trouble_comes_back,
    an_external_id_is_given_once,
    a_connection_needs_its_integration,
    the_state_of_a_user_comes_with_the_generation,
    the_state_of_a_connection_comes_with_the_generation,
    a_connection_is_removed_once,
    a_project_takes_everything_with_it,
    a_row_that_cannot_be_read_is_named,
);

async fn a_connection_comes_back_as_it_went(database: Database) {
    let stored = stored_connection(&database).await;
    assert_eq!(
        read!(database, connections.lookup(stored.id)),
        Some(stored.clone())
    );
    let found = read!(
        database,
        connections.find(stored.project, stored.integration, "user")
    );
    assert_eq!(found, std::slice::from_ref(&stored));
    let other = read!(
        database,
        connections.find(stored.project, stored.integration, "User")
    );
    assert!(other.is_empty(), "user ids differ by case");
}

async fn every_optional_column_comes_back(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    let mut bare = connection(&integration, "bare");
    bare.account = Account::default();
    bare.metadata = BTreeMap::new();
    (bare.scopes, bare.expires_at) = (None, None);
    bare.refresh_due_at = None;
    let mut full = connection(&integration, "full");
    full.lease = Some(Lease {
        owner: ProcessId(Uuid::now_v7()),
        fence: 4,
        expires_at: at(5),
    });
    full.refresh_failures = 3;
    full.retry_at = Some(at(6));
    full.refreshed_at = Some(at(7));
    full.interrupted_at = Some(at(8));
    for connection in [bare, full] {
        write!(database, connections.add(&connection)).expect("added");
        assert_eq!(
            read!(database, connections.lookup(connection.id)),
            Some(connection)
        );
    }
}

async fn every_reason_comes_back(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    for reason in InvalidReason::ALL {
        let mut connection = connection(&integration, reason.as_str());
        connection.status = ConnectionStatus::NeedsReauth;
        connection.invalid_reason = Some(reason);
        write!(database, connections.add(&connection)).expect("added");
        assert_eq!(
            read!(database, connections.lookup(connection.id)),
            Some(connection)
        );
    }
}

async fn every_trouble_comes_back(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    for trouble in Trouble::ALL {
        let mut connection = connection(&integration, trouble.as_str());
        connection.failure = Some(Failure {
            trouble,
            said: (trouble == Trouble::Outage).then(|| "status 502".to_owned()),
            at: at(9),
        });
        write!(database, connections.add(&connection)).expect("added");
        assert_eq!(
            read!(database, connections.lookup(connection.id)),
            Some(connection)
        );
    }
}

async fn an_external_id_is_given_once(database: Database) {
    let stored = stored_connection(&database).await;
    let (project, integration) = (stored.project, stored.integration);
    let mut twin = stored.clone();
    twin.id = ConnectionId(Uuid::now_v7());
    twin.created_at = at(4);
    write!(database, connections.add(&twin)).expect("two accounts without a name");
    let name = |id| connections_name(&database, id);
    name(stored.id).await.expect("named");
    assert_refused!(name(twin.id).await, Conflict);
    let mut named = stored.clone();
    named.external_id = Some("acme-1".to_owned());
    named.updated_at = at(9);
    let found = read!(database, connections.find(project, integration, "user"));
    assert_eq!(found, [named.clone(), twin.clone()], "oldest first");
    for (text, expected) in [
        ("", Some(&named)),
        ("acme-1", Some(&named)),
        ("ext:acme-1", Some(&named)),
        ("ext:nobody", None),
    ] {
        assert_eq!(selected(&database, &stored, text).await.as_ref(), expected);
    }
    let by_id = selected(&database, &stored, &twin.id.to_string()).await;
    assert_eq!(by_id, Some(twin));
}

async fn connections_name(database: &Database, id: ConnectionId) -> StoreResult<()> {
    let stored = read!(database, connections.lookup(id)).expect("stored");
    write!(
        database,
        connections.configure(id, Some("acme-1"), &stored.configurations, at(9))
    )
}

async fn selected(database: &Database, like: &Connection, text: &str) -> Option<Connection> {
    let selector = Selector::parse(text);
    read!(
        database,
        connections.state_of_connection(like.project, like.integration, "user", &selector)
    )
    .and_then(|(_, connection)| connection)
}

async fn a_connection_needs_its_integration(database: Database) {
    let (project, _) = stored_integration(&database).await;
    let orphan = connection(&integration(&project, "absent"), "user");
    assert_refused!(write!(database, connections.add(&orphan)), NotFound);
}

async fn the_state_of_a_user_comes_with_the_generation(database: Database) {
    let (project, first) = stored_integration(&database).await;
    let second = integration(&project, "second");
    write!(database, integrations.add(&second)).expect("added");
    let generation = read!(database, projects.generation(project.id)).expect("known");
    let nobody = read!(database, connections.state_of_user(project.id, "user"));
    let state = |generation, meta, connections| UserRows {
        generation,
        meta,
        connections,
    };
    assert_eq!(nobody, Some(state(generation, Settings::new(), vec![])));

    let expected = [connection(&first, "user"), connection(&second, "user")];
    for connection in [&expected[1], &connection(&first, "other"), &expected[0]] {
        write!(database, connections.add(connection)).expect("added");
    }
    write!(database, projects.touch(project.id)).expect("touched");
    write!(database, users.lock(project.id, "user", at(1))).expect("locked");
    let mut meta = Settings::new();
    for name in ["Zoë", "Ada"] {
        meta.insert("Name".to_owned(), name.into());
        write!(database, users.put_meta(project.id, "user", &meta, at(2))).expect("noted");
    }
    write!(database, users.lock(project.id, "user", at(3))).expect("locked, not changed");
    let user = read!(database, connections.state_of_user(project.id, "user"));
    assert_eq!(user, Some(state(generation + 1, meta, expected.to_vec())));
    let unknown = ProjectId(Uuid::now_v7());
    let none = read!(database, connections.state_of_user(unknown, "user"));
    assert_eq!(none, None);
}

async fn the_state_of_a_connection_comes_with_the_generation(database: Database) {
    let stored = stored_connection(&database).await;
    let (project, integration) = (stored.project, stored.integration);
    let (first, unknown) = (Selector::default(), ProjectId(Uuid::now_v7()));
    let generation = read!(database, projects.generation(project)).expect("known");
    let state = read!(
        database,
        connections.state_of_connection(project, integration, "user", &first)
    );
    assert_eq!(state, Some((generation, Some(stored))));
    let nobody = read!(
        database,
        connections.state_of_connection(project, integration, "nobody", &first)
    );
    assert_eq!(nobody, Some((generation, None)));
    let unknown = read!(
        database,
        connections.state_of_connection(unknown, integration, "user", &first)
    );
    assert_eq!(unknown, None);
}

async fn a_connection_is_removed_once(database: Database) {
    let stored = stored_connection(&database).await;
    write!(database, connections.remove(stored.id)).expect("removed");
    assert_eq!(read!(database, connections.lookup(stored.id)), None);
    assert_refused!(write!(database, connections.remove(stored.id)), NotFound);
}

async fn a_project_takes_everything_with_it(database: Database) {
    let (project, integration) = stored_integration(&database).await;
    let (connection, flow) = (connection(&integration, "user"), flow(&integration, 1));
    write!(database, connections.add(&connection)).expect("added");
    write!(database, flows.add(&flow)).expect("added");
    write!(
        database,
        origins.add(project.id, "https://a.example", at(0))
    )
    .expect("added");
    let other = stored_connection(&database).await;
    // No use case deletes a project yet; the schema says what goes with it.
    database
        .execute("DELETE FROM projects WHERE id IN (SELECT project_id FROM flows)")
        .await;
    assert_eq!(read!(database, connections.lookup(connection.id)), None);
    assert_eq!(read!(database, flows.lookup(flow.id)), None);
    assert!(read!(database, origins.list(project.id)).is_empty());
    assert_eq!(read!(database, connections.lookup(other.id)), Some(other));
}

async fn a_row_that_cannot_be_read_is_named(database: Database) {
    let stored = stored_connection(&database).await;
    database
        .execute("UPDATE connections SET metadata = 'top secret'")
        .await;
    let result = database.read().await.connections().lookup(stored.id).await;
    let Err(StoreError::Corrupt { table, row, reason }) = result else {
        panic!("expected Corrupt, got {result:?}");
    };
    assert_eq!((table, row), ("connections", stored.id.to_string()));
    assert!(reason.starts_with("metadata: "), "{reason}");
    assert!(!reason.contains("top secret"), "{reason}");
}
