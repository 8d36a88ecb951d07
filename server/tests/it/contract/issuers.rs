//! Identity providers of a project.

use server::domain::id::ProjectId;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{self, issuer, stored_project},
    store::{Database, assert_refused, read, write},
};

stories!(
    issuers_are_listed_in_order_as_they_went,
    a_project_has_an_issuer_once,
    an_issuer_is_removed_in_its_project_only,
    an_issuer_needs_its_project,
);

async fn issuers_are_listed_in_order_as_they_went(database: Database) {
    let project = stored_project(&database).await;
    let mut last = issuer(&project, "https://b.example/");
    last.jwks_url = None;
    last.user_claim = "https://acme.example/user".to_owned();
    let first = issuer(&project, "https://B.example/");
    for issuer in [&last, &first] {
        write!(database, issuers.add(issuer)).expect("added");
    }
    assert_eq!(read!(database, issuers.list(project.id)), [first, last]);
    let unknown = ProjectId(Uuid::now_v7());
    assert_eq!(read!(database, issuers.list(unknown)), []);
}

async fn a_project_has_an_issuer_once(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    let known = issuer(&project, "https://a.example");
    write!(database, issuers.add(&known)).expect("added");
    let twin = issuer(&project, "https://a.example");
    assert_refused!(write!(database, issuers.add(&twin)), Conflict);
    write!(database, issuers.add(&issuer(&other, "https://a.example"))).expect("added");
    assert_eq!(read!(database, issuers.list(project.id)), [known]);
}

async fn an_issuer_is_removed_in_its_project_only(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    let known = issuer(&project, "https://a.example");
    write!(database, issuers.add(&known)).expect("added");
    assert_refused!(
        write!(database, issuers.remove(other.id, &known.issuer)),
        NotFound
    );
    write!(database, issuers.remove(project.id, &known.issuer)).expect("removed");
    assert_refused!(
        write!(database, issuers.remove(project.id, &known.issuer)),
        NotFound
    );
    assert_eq!(read!(database, issuers.list(project.id)), []);
}

async fn an_issuer_needs_its_project(database: Database) {
    let orphan = issuer(&rows::project(), "https://a.example");
    assert_refused!(write!(database, issuers.add(&orphan)), NotFound);
}
