//! Projects, keys and origins.

use server::domain::{
    id::{FamilyId, ProjectId},
    project::Environment,
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{self, at, key, stored_project},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_project_comes_back_as_it_went,
    projects_are_listed_by_name_family_and_environment,
    a_family_has_an_environment_once,
    the_generation_grows_with_every_touch,
    keys_are_listed_oldest_first_until_revoked,
    a_key_is_revoked_once_and_in_its_project_only,
    a_key_needs_its_project,
    origins_are_a_sorted_set,
    an_origin_belongs_to_one_project,
);

async fn a_project_comes_back_as_it_went(database: Database) {
    let project = stored_project(&database).await;
    assert_eq!(read!(database, projects.lookup(project.id)), Some(project));
    let unknown = ProjectId(Uuid::now_v7());
    assert_eq!(read!(database, projects.lookup(unknown)), None);
}

async fn projects_are_listed_by_name_family_and_environment(database: Database) {
    use Environment::{Development, Production, Staging};
    let families = [0, 1, 2, 3].map(|_| FamilyId(Uuid::now_v7()));
    let expected = [
        rows::environment(families[3], "Acme", Development),
        rows::environment(families[3], "Acme", Staging),
        rows::environment(families[3], "Acme", Production),
        rows::environment(families[0], "Zebra", Staging),
        rows::environment(families[1], "Zebra", Development),
        // Bytes decide, on both engines: capitals come first.
        rows::environment(families[2], "acme", Development),
    ];
    for index in [5, 2, 4, 0, 3, 1] {
        write!(database, projects.add(&expected[index])).expect("added");
    }
    assert_eq!(read!(database, projects.list()), expected);
    assert_eq!(
        read!(database, projects.find_by_family(families[3])),
        expected[..3]
    );
}

async fn a_family_has_an_environment_once(database: Database) {
    let project = stored_project(&database).await;
    let twin = rows::environment(project.family, "Other", project.environment);
    assert_refused!(write!(database, projects.add(&twin)), Conflict);
    assert_eq!(read!(database, projects.list()), [project]);
}

async fn the_generation_grows_with_every_touch(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    let before = read!(database, projects.generation(project.id)).expect("known");
    write!(database, projects.touch(project.id)).expect("touched");
    write!(database, projects.touch(project.id)).expect("touched");
    assert_eq!(
        read!(database, projects.generation(project.id)),
        Some(before + 2)
    );
    assert_eq!(read!(database, projects.generation(other.id)), Some(before));
    let unknown = ProjectId(Uuid::now_v7());
    assert_eq!(read!(database, projects.generation(unknown)), None);
    assert_refused!(write!(database, projects.touch(unknown)), NotFound);
}

async fn keys_are_listed_oldest_first_until_revoked(database: Database) {
    let project = stored_project(&database).await;
    let (young, old) = (key(&project, 9), key(&project, 1));
    write!(database, keys.add(&young)).expect("added");
    write!(database, keys.add(&old)).expect("added");
    assert_eq!(
        read!(database, keys.list(project.id)),
        [old.clone(), young.clone()]
    );
    write!(database, keys.revoke(project.id, old.id, at(10))).expect("revoked");
    assert_eq!(read!(database, keys.list(project.id)), [young]);
}

async fn a_key_is_revoked_once_and_in_its_project_only(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    let key = key(&project, 0);
    write!(database, keys.add(&key)).expect("added");
    assert_refused!(write!(database, keys.add(&key)), Conflict);
    assert_refused!(
        write!(database, keys.revoke(other.id, key.id, at(1))),
        NotFound
    );
    write!(database, keys.revoke(project.id, key.id, at(1))).expect("revoked");
    assert_refused!(
        write!(database, keys.revoke(project.id, key.id, at(2))),
        NotFound
    );
}

async fn a_key_needs_its_project(database: Database) {
    let key = key(&rows::project(), 0);
    assert_refused!(write!(database, keys.add(&key)), NotFound);
}

async fn origins_are_a_sorted_set(database: Database) {
    let project = stored_project(&database).await;
    for origin in [
        "https://b.example",
        "https://a.example",
        "https://b.example",
    ] {
        write!(database, origins.add(project.id, origin, at(0))).expect("added");
    }
    assert_eq!(
        read!(database, origins.list(project.id)),
        ["https://a.example", "https://b.example"]
    );
    write!(database, origins.remove(project.id, "https://b.example")).expect("removed");
    assert_refused!(
        write!(database, origins.remove(project.id, "https://b.example")),
        NotFound
    );
    assert_eq!(
        read!(database, origins.list(project.id)),
        ["https://a.example"]
    );
}

async fn an_origin_belongs_to_one_project(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    write!(
        database,
        origins.add(project.id, "https://a.example", at(0))
    )
    .expect("added");
    assert!(read!(database, origins.list(other.id)).is_empty());
    assert_refused!(
        write!(database, origins.remove(other.id, "https://a.example")),
        NotFound
    );
    let unknown = ProjectId(Uuid::now_v7());
    assert_refused!(
        write!(database, origins.add(unknown, "https://a.example", at(0))),
        NotFound
    );
}
