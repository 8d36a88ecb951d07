//! Looking through connected users.

use server::{
    domain::{connection::Connection, id::ProjectId},
    ports::store::UserPage,
};

use super::stories;
use crate::support::{
    rows::{connection, integration, stored_connection, stored_integration},
    store::{Database, read, write},
};

stories!(
    users_come_in_pages,
    a_page_holds_users_not_connections,
    a_search_ignores_the_case_of_ascii_letters,
    a_search_is_literal,
    a_list_is_of_the_project_or_of_one_user,
);

async fn with_users(database: &Database, users: &[&str]) -> ProjectId {
    let (project, integration) = stored_integration(database).await;
    for user in users {
        write!(database, connections.add(&connection(&integration, user))).expect("added");
    }
    // Somebody else's user is in no answer.
    stored_connection(database).await;
    project.id
}

fn users(connections: &[Connection]) -> Vec<&str> {
    connections.iter().map(|c| c.user_id.as_str()).collect()
}

async fn search(database: &Database, project: ProjectId, text: &str) -> Vec<String> {
    let UserPage { total, connections } =
        read!(database, connections.list_users(project, text, 1, 50));
    assert_eq!(total as usize, connections.len());
    connections.into_iter().map(|c| c.user_id).collect()
}

async fn users_come_in_pages(database: Database) {
    let project = with_users(&database, &["e", "b", "d", "a", "B"]).await;
    for (page, expected) in [
        (1, vec!["B", "a"]),
        (2, vec!["b", "d"]),
        (3, vec!["e"]),
        (4, vec![]),
        (u32::MAX, vec![]),
    ] {
        let found = read!(database, connections.list_users(project, "", page, 2));
        assert_eq!(found.total, 5);
        assert_eq!(users(&found.connections), expected, "page {page}");
    }
}

async fn a_page_holds_users_not_connections(database: Database) {
    let (project, first) = stored_integration(&database).await;
    let second = integration(&project, "second");
    write!(database, integrations.add(&second)).expect("added");
    let expected = [
        connection(&first, "a"),
        connection(&second, "a"),
        connection(&second, "b"),
    ];
    for connection in expected.iter().rev() {
        write!(database, connections.add(connection)).expect("added");
    }
    let page = read!(database, connections.list_users(project.id, "", 1, 2));
    assert_eq!(page.total, 2);
    assert_eq!(page.connections, expected);
}

async fn a_search_ignores_the_case_of_ascii_letters(database: Database) {
    let project = with_users(&database, &["Anna", "hannah", "Émile", "bob"]).await;
    assert_eq!(search(&database, project, "ANN").await, ["Anna", "hannah"]);
    assert_eq!(search(&database, project, "É").await, ["Émile"]);
    assert!(search(&database, project, "é").await.is_empty());
}

async fn a_search_is_literal(database: Database) {
    let project = with_users(&database, &["100%", "100x", "a_b", "axb", "c\\d"]).await;
    assert_eq!(search(&database, project, "0%").await, ["100%"]);
    assert_eq!(search(&database, project, "a_b").await, ["a_b"]);
    assert_eq!(search(&database, project, "\\").await, ["c\\d"]);
    assert!(search(&database, project, "' OR 1=1 --").await.is_empty());
}

async fn a_list_is_of_the_project_or_of_one_user(database: Database) {
    let project = with_users(&database, &["b", "a", "c"]).await;
    let all = read!(database, connections.list(project, None));
    assert_eq!(users(&all), ["a", "b", "c"]);
    let one = read!(database, connections.list(project, Some("b")));
    assert_eq!(users(&one), ["b"]);
    assert!(read!(database, connections.list(project, Some("%"))).is_empty());
}
