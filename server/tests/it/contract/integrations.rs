//! Integrations and their counts.

use server::{
    domain::{
        connection::{ConnectionStatus, InvalidReason},
        id::IntegrationId,
    },
    ports::store::IntegrationCount,
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, connection, integration, project, stored_integration, stored_project},
    store::{Database, assert_refused, read, write},
};

stories!(
    an_integration_comes_back_as_it_went,
    a_bare_integration_comes_back_as_it_went,
    a_project_has_a_type_once,
    integrations_are_listed_by_type,
    an_update_writes_what_may_change,
    an_update_needs_its_row,
    an_integration_needs_its_project,
    connections_are_counted_by_integration,
);

async fn an_integration_comes_back_as_it_went(database: Database) {
    let (project, integration) = stored_integration(&database).await;
    assert_eq!(
        read!(database, integrations.lookup(integration.id)),
        Some(integration.clone())
    );
    assert_eq!(
        read!(database, integrations.find_by_type(project.id, "acme")),
        Some(integration)
    );
    assert_eq!(
        read!(database, integrations.find_by_type(project.id, "ACME")),
        None
    );
    let unknown = IntegrationId(Uuid::now_v7());
    assert_eq!(read!(database, integrations.lookup(unknown)), None);
}

async fn a_bare_integration_comes_back_as_it_went(database: Database) {
    let project = stored_project(&database).await;
    let mut bare = integration(&project, "bare");
    (bare.client_id, bare.client_secret, bare.scopes) = (None, None, None);
    bare.active = false;
    write!(database, integrations.add(&bare)).expect("added");
    assert_eq!(read!(database, integrations.lookup(bare.id)), Some(bare));
}

async fn a_project_has_a_type_once(database: Database) {
    let (project, _) = stored_integration(&database).await;
    let twin = integration(&project, "acme");
    assert_refused!(write!(database, integrations.add(&twin)), Conflict);
    let other = stored_project(&database).await;
    write!(database, integrations.add(&integration(&other, "acme"))).expect("added");
}

async fn integrations_are_listed_by_type(database: Database) {
    let project = stored_project(&database).await;
    let expected = ["github", "slack", "zendesk"].map(|slug| integration(&project, slug));
    for index in [2, 0, 1] {
        write!(database, integrations.add(&expected[index])).expect("added");
    }
    stored_integration(&database).await;
    assert_eq!(read!(database, integrations.list(project.id)), expected);
}

async fn an_update_writes_what_may_change(database: Database) {
    let (_, mut changed) = stored_integration(&database).await;
    changed.client_id = Some("another".to_owned());
    changed.client_secret = None;
    changed.scopes = Some(Vec::new());
    changed.active = false;
    changed.browser_token = false;
    changed.redirect_urls = Vec::new();
    changed.settings = Vec::new();
    changed.updated_at = at(50);
    write!(database, integrations.update(&changed)).expect("updated");
    assert_eq!(
        read!(database, integrations.lookup(changed.id)),
        Some(changed)
    );
}

async fn an_update_needs_its_row(database: Database) {
    let project = stored_project(&database).await;
    let absent = integration(&project, "acme");
    assert_refused!(write!(database, integrations.update(&absent)), NotFound);
}

async fn an_integration_needs_its_project(database: Database) {
    let orphan = integration(&project(), "acme");
    assert_refused!(write!(database, integrations.add(&orphan)), NotFound);
}

async fn connections_are_counted_by_integration(database: Database) {
    let (project, used) = stored_integration(&database).await;
    write!(database, integrations.add(&integration(&project, "unused"))).expect("added");
    for user in ["a", "b", "c"] {
        let mut connection = connection(&used, user);
        if user == "b" {
            connection.status = ConnectionStatus::NeedsReauth;
            connection.invalid_reason = Some(InvalidReason::KeyRefused);
        }
        write!(database, connections.add(&connection)).expect("added");
    }
    let expected = IntegrationCount {
        integration: used.id,
        connections: 3,
        to_mend: 1,
    };
    assert_eq!(read!(database, integrations.counts(project.id)), [expected]);
}
