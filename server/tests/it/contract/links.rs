//! Links to hosted pages.

use server::domain::{
    id::{ConnectionId, LinkId},
    integration::Integration,
    link::{Link, LinkState, Opening},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, integration, project, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_link_comes_back_as_it_went,
    a_link_goes_through_its_states,
    one_of_ten_browsers_takes_it,
    a_link_is_not_taken_after_its_time,
    only_a_taken_link_is_completed_and_once,
    links_are_listed_newest_first,
    a_link_needs_its_integration,
    links_that_expired_are_removed,
);

fn link(integration: &Integration, user: &str, second: i64) -> Link {
    Link {
        id: LinkId(Uuid::new_v4()),
        project: integration.project,
        integration: integration.id,
        user_id: user.to_owned(),
        name: Some("Dana".to_owned()),
        return_url: Some("https://app.example/done".to_owned()),
        token_hash: vec![1; 32],
        state: LinkState::Created,
        created_at: at(second),
        expires_at: at(second + 60),
    }
}

fn opening(seed: u8, second: i64) -> Opening {
    Opening {
        session_hash: vec![seed; 32],
        at: at(second),
    }
}

async fn stored_link(database: &Database) -> Link {
    let (_, integration) = stored_integration(database).await;
    let link = link(&integration, "user", 0);
    write!(database, links.add(&link)).expect("added");
    link
}

async fn a_link_comes_back_as_it_went(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    let bare = Link {
        name: None,
        return_url: None,
        ..link(&integration, "user", 0)
    };
    for link in [link(&integration, "user", 0), bare] {
        write!(database, links.add(&link)).expect("added");
        assert_eq!(read!(database, links.lookup(link.id)), Some(link.clone()));
        assert_refused!(write!(database, links.add(&link)), Conflict);
    }
    assert_eq!(read!(database, links.lookup(LinkId(Uuid::new_v4()))), None);
}

async fn a_link_goes_through_its_states(database: Database) {
    let mut link = stored_link(&database).await;
    let opening = opening(2, 30);
    write!(database, links.open(link.id, &opening)).expect("opened");
    link.state = LinkState::Opened(opening.clone());
    assert_eq!(read!(database, links.lookup(link.id)), Some(link.clone()));

    let connection = ConnectionId(Uuid::new_v4());
    write!(database, links.complete(link.id, connection, at(40))).expect("completed");
    link.state = LinkState::Completed {
        opening,
        connection,
        at: at(40),
    };
    assert_eq!(read!(database, links.lookup(link.id)), Some(link));
}

async fn one_of_ten_browsers_takes_it(database: Database) {
    let link = stored_link(&database).await;
    let mut browsers = JoinSet::new();
    for seed in 0..10 {
        let (database, id) = (database.clone(), link.id);
        browsers.spawn(async move { write!(database, links.open(id, &opening(seed, 1))) });
    }
    let (taken, refused): (Vec<_>, Vec<_>) = browsers
        .join_all()
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!(taken.len(), 1);
    for result in refused {
        assert_refused!(result, Stale);
    }
}

async fn a_link_is_not_taken_after_its_time(database: Database) {
    let link = stored_link(&database).await;
    assert_refused!(
        write!(database, links.open(link.id, &opening(1, 60))),
        Stale
    );
    write!(database, links.open(link.id, &opening(1, 59))).expect("a second before");
}

async fn only_a_taken_link_is_completed_and_once(database: Database) {
    let link = stored_link(&database).await;
    let connection = ConnectionId(Uuid::new_v4());
    assert_refused!(
        write!(database, links.complete(link.id, connection, at(1))),
        Stale
    );
    write!(database, links.open(link.id, &opening(1, 2))).expect("opened");
    write!(database, links.complete(link.id, connection, at(3))).expect("completed");
    assert_refused!(
        write!(database, links.complete(link.id, connection, at(4))),
        Stale
    );
}

async fn links_are_listed_newest_first(database: Database) {
    let (project, integration) = stored_integration(&database).await;
    let links = [
        link(&integration, "ada", 1),
        link(&integration, "ben", 2),
        link(&integration, "ada", 3),
    ];
    for link in &links {
        write!(database, links.add(link)).expect("added");
    }
    let [first, second, third] = links;
    assert_eq!(
        read!(database, links.list(project.id, None, 2)),
        [third.clone(), second]
    );
    assert_eq!(
        read!(database, links.list(project.id, Some("ada"), 9)),
        [third, first]
    );
}

async fn a_link_needs_its_integration(database: Database) {
    let orphan = link(&integration(&project(), "acme"), "user", 0);
    assert_refused!(write!(database, links.add(&orphan)), NotFound);
}

async fn links_that_expired_are_removed(database: Database) {
    let link = stored_link(&database).await;
    assert_eq!(read!(database, links.first_end()), Some(link.expires_at));
    assert_eq!(
        write!(database, links.remove_expired(at(60))).expect("none"),
        0
    );
    assert_eq!(
        write!(database, links.remove_expired(at(61))).expect("one"),
        1
    );
    assert_eq!(read!(database, links.lookup(link.id)), None);
    assert_eq!(read!(database, links.first_end()), None);
}
