//! Keys of back ends.

use server::domain::{
    api_key::{ApiKey, ApiScope},
    id::{ApiKeyId, ProjectId},
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, project, stored_project},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_key_comes_back_until_it_is_revoked,
    a_key_belongs_to_one_project,
);

fn key(project: ProjectId, second: i64) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        project,
        name: "Billing \"é\"".to_owned(),
        secret_hash: vec![7; 32],
        scopes: vec![ApiScope::EventsRead],
        created_at: at(second),
    }
}

async fn a_key_comes_back_until_it_is_revoked(database: Database) {
    let project = stored_project(&database).await;
    let (later, first) = (key(project.id, 2), key(project.id, 1));
    for key in [&later, &first] {
        write!(database, api_keys.add(key)).expect("added");
    }
    let list = read!(database, api_keys.list(project.id));
    assert_eq!(list, [first.clone(), later.clone()]);
    assert_eq!(
        read!(database, api_keys.lookup(first.id)),
        Some(first.clone())
    );
    write!(database, api_keys.revoke(project.id, first.id, at(3))).expect("revoked");
    assert_eq!(read!(database, api_keys.lookup(first.id)), None);
    assert_eq!(read!(database, api_keys.list(project.id)), [later]);
    assert_refused!(
        write!(database, api_keys.revoke(project.id, first.id, at(4))),
        NotFound
    );
}

async fn a_key_belongs_to_one_project(database: Database) {
    let (one, other) = (
        stored_project(&database).await,
        stored_project(&database).await,
    );
    let key = key(one.id, 1);
    write!(database, api_keys.add(&key)).expect("added");
    assert_eq!(read!(database, api_keys.list(other.id)), []);
    assert_refused!(
        write!(database, api_keys.revoke(other.id, key.id, at(2))),
        NotFound
    );
    let orphan = ApiKey {
        project: project().id,
        id: ApiKeyId(Uuid::now_v7()),
        ..key
    };
    assert_refused!(write!(database, api_keys.add(&orphan)), NotFound);
}
