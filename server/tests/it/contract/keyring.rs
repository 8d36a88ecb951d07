//! Encryption keys, the servers that hold them, and what is sealed.

use std::time::Duration;

use server::{
    domain::{
        encryption_key::{EncryptionKeyId, HOLDER_LIFE, Holder, KeyState, KnownKey},
        id::ProcessId,
    },
    ports::store::{SealedColumn, SealedContent},
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, connection, flow, stored_connection, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    keys_come_back_oldest_first,
    one_key_is_the_primary,
    a_ring_is_locked,
    a_server_is_known_while_it_tells,
    a_value_is_replaced_only_if_it_is_what_was_read,
    every_column_is_listed_in_pages,
    a_setting_is_replaced_only_if_it_is_what_was_read,
);

fn id(byte: u8) -> EncryptionKeyId {
    EncryptionKeyId([byte; 8])
}

async fn keys_come_back_oldest_first(database: Database) {
    assert!(read!(database, keyring.list()).0.is_empty());
    for (key, state, second) in [
        (9, KeyState::Primary, 1),
        (3, KeyState::Added, 2),
        (5, KeyState::Retired, 3),
    ] {
        write!(database, keyring.put(id(key), state, at(second))).expect("put");
    }
    write!(database, keyring.put(id(9), KeyState::Former, at(4))).expect("put");
    let known = |key, state, second| KnownKey {
        id: id(key),
        state,
        since: at(second),
    };
    assert_eq!(
        read!(database, keyring.list()).0,
        [
            known(9, KeyState::Former, 4),
            known(3, KeyState::Added, 2),
            known(5, KeyState::Retired, 3)
        ]
    );
}

async fn one_key_is_the_primary(database: Database) {
    write!(database, keyring.put(id(1), KeyState::Primary, at(1))).expect("put");
    assert_refused!(
        write!(database, keyring.put(id(2), KeyState::Primary, at(1))),
        Conflict
    );
}

async fn a_ring_is_locked(database: Database) {
    let mut first = database.begin().await;
    first.keyring().lock().await.expect("locked");
    let second = tokio::spawn({
        let database = database.clone();
        async move {
            let mut second = database.begin().await;
            second.keyring().lock().await.expect("locked");
            let ring = second.keyring().list().await.expect("listed");
            second.commit().await.expect("committed");
            ring.primary()
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let put = first.keyring().put(id(1), KeyState::Primary, at(1)).await;
    put.expect("put");
    first.commit().await.expect("committed");
    // Whoever waited sees what the first did.
    assert_eq!(second.await.unwrap(), Some(id(1)));
}

async fn a_server_is_known_while_it_tells(database: Database) {
    let holder = |name: &str, keys: &[u8]| Holder {
        process: ProcessId(Uuid::now_v7()),
        name: name.to_owned(),
        keys: keys.iter().copied().map(id).collect(),
        primary: id(1),
        age: Duration::ZERO,
    };
    let (mut first, second) = (holder("a", &[1]), holder("b", &[1, 2]));
    write!(database, keyring.tell(&first)).expect("told");
    write!(database, keyring.tell(&second)).expect("told");
    first.keys.push(id(2));
    first.primary = id(2);
    write!(database, keyring.tell(&first)).expect("told again");
    let found = read!(database, keyring.holders());
    assert!(found.iter().all(|holder| holder.age < HOLDER_LIFE));
    let found: Vec<Holder> = found
        .into_iter()
        .map(|holder| Holder {
            age: Duration::ZERO,
            ..holder
        })
        .collect();
    assert_eq!(found, [first.clone(), second.clone()]);

    database
        .execute("UPDATE key_holders SET told_at = told_at - 20000000 WHERE name = 'a'")
        .await;
    let aged = read!(database, keyring.holders());
    assert!(aged[0].age >= Duration::from_secs(20) && aged.len() == 2);
    database
        .execute("UPDATE key_holders SET told_at = told_at - 11000000 WHERE name = 'a'")
        .await;
    let left = read!(database, keyring.holders());
    assert_eq!(left.len(), 1, "a is silent");
    assert_eq!(left[0].process, second.process);

    write!(database, keyring.tell(&first)).expect("back again");
    write!(database, keyring.forget(second.process)).expect("forgotten");
    let left = read!(database, keyring.holders());
    assert_eq!(left.len(), 1, "b has ended");
    assert_eq!(left[0].process, first.process);
}

/// One row of each column.
async fn filled(database: &Database) -> Vec<SealedContent> {
    let (project, integration) = stored_integration(database).await;
    let ended = connection(&integration, "another");
    let mut connection = connection(&integration, "user");
    let secrets = &mut connection.configurations[0].secrets;
    secrets.insert("token".to_owned(), "YWJj".to_owned());
    let flow = flow(&integration, 4);
    write!(database, connections.add(&connection)).expect("added");
    write!(database, flows.add(&flow)).expect("added");
    write!(database, connections.add(&ended)).expect("added");
    let revocation = write!(database, revocations.begin(ended.id, at(1), at(2))).expect("begun");
    let content = |row, content| SealedContent {
        row,
        project: project.id,
        content,
    };
    let configurations = serde_json::to_vec(&connection.configurations).unwrap();
    vec![
        content(integration.id.0, integration.client_secret.unwrap().0),
        content(connection.id.0, configurations),
        content(connection.id.0, connection.credential.0),
        content(revocation.id.0, revocation.credential.unwrap().0),
        content(flow.id.0, flow.secrets.0),
    ]
}

async fn a_value_is_replaced_only_if_it_is_what_was_read(database: Database) {
    let rows = filled(&database).await;
    let project = rows[0].project;
    let before = read!(database, connections.list(project, None));
    for (column, old) in SealedColumn::ALL.into_iter().zip(&rows) {
        let found = read!(database, sealed.list(column, Uuid::nil(), 10));
        assert_eq!(found, std::slice::from_ref(old), "{column:?}");
        let new = [b"[]".as_slice(), &old.content].concat();
        write!(database, sealed.replace(column, old, &new)).expect("replaced");
        assert_refused!(write!(database, sealed.replace(column, old, b"x")), Stale);
        let found = read!(database, sealed.list(column, Uuid::nil(), 10));
        assert_eq!(found[0].content, new, "{column:?}");
        write!(database, sealed.replace(column, &found[0], &old.content)).expect("put back");
    }
    let after = read!(database, connections.list(project, None));
    assert_eq!(after, before, "neither version nor time changed");
}

async fn every_column_is_listed_in_pages(database: Database) {
    let first = stored_connection(&database).await;
    let (_, integration) = stored_integration(&database).await;
    let mut ids = vec![first.id.0];
    for user in ["a", "b", "c", "d"] {
        let connection = connection(&integration, user);
        ids.push(connection.id.0);
        write!(database, connections.add(&connection)).expect("added");
    }
    ids.sort();
    let (mut found, mut after) = (Vec::new(), Uuid::nil());
    loop {
        let page = read!(database, sealed.list(SealedColumn::Credential, after, 2));
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = last.row;
        found.extend(page.iter().map(|content| content.row));
    }
    assert_eq!(found, ids);
    let none = read!(
        database,
        sealed.list(SealedColumn::Configurations, Uuid::nil(), 9)
    );
    assert!(none.is_empty(), "nobody typed a secret");
    database
        .execute("UPDATE integrations SET client_secret = NULL")
        .await;
    let none = read!(
        database,
        sealed.list(SealedColumn::ClientSecret, Uuid::nil(), 9)
    );
    assert!(none.is_empty(), "an integration without a secret");
}

async fn a_setting_is_replaced_only_if_it_is_what_was_read(database: Database) {
    write!(database, settings.put("demo", &[1, 2])).expect("put");
    write!(database, settings.replace("demo", &[1, 2], &[3])).expect("replaced");
    assert_refused!(
        write!(database, settings.replace("demo", &[1, 2], &[4])),
        Stale
    );
    assert_eq!(read!(database, settings.lookup("demo")), Some(vec![3]));
}
