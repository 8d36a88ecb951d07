//! Operators and their sessions.

use server::domain::{
    id::OperatorId,
    operator::{OperatorSession, Role},
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, operator},
    store::{Database, assert_refused, read, write},
};

stories!(
    an_operator_comes_back_as_they_went,
    an_address_belongs_to_one_operator,
    a_session_finds_its_operator_until_it_ends,
    a_session_ends_at_sign_out,
    a_session_needs_its_operator,
    sessions_that_ended_are_removed,
);

async fn an_operator_comes_back_as_they_went(database: Database) {
    assert_eq!(read!(database, operators.count()), 0);
    for (email, role) in [
        ("admin@a.example", Role::Admin),
        ("member@a.example", Role::Member),
        ("support@a.example", Role::Support),
    ] {
        let operator = operator(email, role);
        write!(database, operators.add(&operator)).expect("added");
        let by_id = read!(database, operators.lookup(operator.id));
        assert!(by_id == Some(operator.clone()));
        assert!(read!(database, operators.find_by_email(email)) == Some(operator));
    }
    assert_eq!(read!(database, operators.count()), 3);
    let unknown = OperatorId(Uuid::now_v7());
    assert_eq!(read!(database, operators.lookup(unknown)), None);
    let absent = read!(database, operators.find_by_email("nobody@a.example"));
    assert_eq!(absent, None);
}

async fn an_address_belongs_to_one_operator(database: Database) {
    write!(
        database,
        operators.add(&operator("a@a.example", Role::Admin))
    )
    .expect("added");
    let twin = operator("a@a.example", Role::Member);
    assert_refused!(write!(database, operators.add(&twin)), Conflict);
    assert_eq!(read!(database, operators.count()), 1);
}

async fn with_session(database: &Database) -> OperatorSession {
    let operator = operator("a@a.example", Role::Admin);
    write!(database, operators.add(&operator)).expect("added");
    let session = OperatorSession {
        token_hash: vec![5; 32],
        operator: operator.id,
        expires_at: at(100),
    };
    write!(database, operators.add_session(&session)).expect("added");
    session
}

async fn a_session_finds_its_operator_until_it_ends(database: Database) {
    let session = with_session(&database).await;
    let found = read!(
        database,
        operators.find_by_session(&session.token_hash, at(99))
    );
    assert_eq!(found.map(|operator| operator.id), Some(session.operator));
    let ended = read!(
        database,
        operators.find_by_session(&session.token_hash, at(100))
    );
    assert_eq!(ended, None);
    let other = read!(database, operators.find_by_session(&[6; 32], at(0)));
    assert_eq!(other, None);
}

async fn a_session_ends_at_sign_out(database: Database) {
    let session = with_session(&database).await;
    for _ in 0..2 {
        write!(database, operators.remove_session(&session.token_hash)).expect("signed out");
    }
    let found = read!(
        database,
        operators.find_by_session(&session.token_hash, at(0))
    );
    assert_eq!(found, None);
}

async fn a_session_needs_its_operator(database: Database) {
    let orphan = OperatorSession {
        token_hash: vec![5; 32],
        operator: OperatorId(Uuid::now_v7()),
        expires_at: at(100),
    };
    assert_refused!(write!(database, operators.add_session(&orphan)), NotFound);
}

async fn sessions_that_ended_are_removed(database: Database) {
    let mut session = with_session(&database).await;
    session.token_hash = vec![6; 32];
    session.expires_at = at(200);
    write!(database, operators.add_session(&session)).expect("added");
    let first = read!(database, operators.first_session_end());
    assert!(first.is_some_and(|end| end < session.expires_at));
    let removed = write!(database, operators.remove_expired_sessions(at(150)));
    assert_eq!(removed.expect("removed"), 1);
    let kept = read!(
        database,
        operators.find_by_session(&session.token_hash, at(0))
    );
    assert!(kept.is_some());
}
