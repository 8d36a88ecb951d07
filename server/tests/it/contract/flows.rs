//! OAuth flows.

use app::contract::ErrorCode;
use server::{
    domain::{
        flow::{Flow, FlowState},
        id::{ConnectionId, FlowId},
        secret::Sealed,
    },
    ports::store::StoreError,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, flow, integration, project, stored_integration},
    store::{Database, assert_refused, read, write},
};

stories!(
    a_flow_comes_back_as_it_went,
    every_state_comes_back,
    a_flow_keeps_what_the_provider_gave,
    a_flow_is_found_by_the_id_of_its_sdk,
    a_state_parameter_is_used_once,
    a_flow_needs_its_integration,
    a_step_from_another_state_is_refused,
    a_step_from_another_browser_is_refused,
    one_of_ten_callbacks_goes_on,
    flows_that_ended_are_removed,
    flows_are_removed_a_thousand_at_a_time,
);

async fn stored_flow(database: &Database) -> Flow {
    let (_, integration) = stored_integration(database).await;
    let flow = flow(&integration, 1);
    write!(database, flows.add(&flow)).expect("added");
    flow
}

fn opened(seed: u8) -> FlowState {
    FlowState::Opened {
        browser_hash: vec![seed; 32],
    }
}

async fn a_flow_comes_back_as_it_went(database: Database) {
    let flow = stored_flow(&database).await;
    assert_eq!(read!(database, flows.lookup(flow.id)), Some(flow.clone()));
    assert_eq!(
        read!(database, flows.find_by_state(&flow.state_hash)),
        Some(flow)
    );
    assert_eq!(read!(database, flows.find_by_state(&[9])), None);
    assert_eq!(read!(database, flows.lookup(FlowId(Uuid::now_v7()))), None);
}

async fn a_flow_is_found_by_the_id_of_its_sdk(database: Database) {
    let (project, integration) = stored_integration(&database).await;
    let mut flows = [
        flow(&integration, 1),
        flow(&integration, 2),
        flow(&integration, 3),
    ];
    flows[1].caller = flows[0].caller.clone();
    flows[1].created_at = at(1);
    flows[2].caller = None;
    for flow in &flows {
        write!(database, flows.add(flow)).expect("added");
    }
    let found = |user: &'static str, id: &'static str| {
        let database = &database;
        async move { read!(database, flows.find_by_session(project.id, user, id)) }
    };
    assert_eq!(
        found("user", "session-1").await.as_ref(),
        Some(&flows[1]),
        "the latest"
    );
    assert_eq!(found("other", "session-1").await, None);
    assert_eq!(found("user", "session-3").await, None);
}

async fn a_flow_keeps_what_the_provider_gave(database: Database) {
    let flow = stored_flow(&database).await;
    let secrets = Sealed(vec![7; 40]);
    write!(database, flows.keep(flow.id, &secrets)).expect("kept");
    let kept = Flow { secrets, ..flow };
    assert_eq!(read!(database, flows.lookup(kept.id)), Some(kept.clone()));
    let nobody = FlowId(Uuid::now_v7());
    let refused = write!(database, flows.keep(nobody, &kept.secrets));
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn every_state_comes_back(database: Database) {
    let mut flow = stored_flow(&database).await;
    let completed = FlowState::Completed {
        connection: ConnectionId(Uuid::now_v7()),
    };
    let failed = FlowState::Failed {
        code: ErrorCode::ProviderRefused,
        message: "Ask for access, then try again.".to_owned(),
    };
    for to in [
        opened(3),
        FlowState::Exchanging,
        completed,
        failed,
        FlowState::Cancelled,
    ] {
        write!(database, flows.advance(flow.id, &flow.state, &to)).expect("advanced");
        flow.state = to;
        assert_eq!(read!(database, flows.lookup(flow.id)), Some(flow.clone()));
    }
}

async fn a_state_parameter_is_used_once(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    write!(database, flows.add(&flow(&integration, 1))).expect("added");
    assert_refused!(
        write!(database, flows.add(&flow(&integration, 1))),
        Conflict
    );
    write!(database, flows.add(&flow(&integration, 2))).expect("added");
}

async fn a_flow_needs_its_integration(database: Database) {
    let orphan = flow(&integration(&project(), "acme"), 1);
    assert_refused!(write!(database, flows.add(&orphan)), NotFound);
}

async fn a_step_from_another_state_is_refused(database: Database) {
    let flow = stored_flow(&database).await;
    assert_refused!(
        write!(
            database,
            flows.advance(flow.id, &FlowState::Exchanging, &FlowState::Cancelled)
        ),
        Stale
    );
    assert_eq!(read!(database, flows.lookup(flow.id)), Some(flow.clone()));
    let unknown = FlowId(Uuid::now_v7());
    assert_refused!(
        write!(database, flows.advance(unknown, &flow.state, &opened(1))),
        Stale
    );
}

async fn a_step_from_another_browser_is_refused(database: Database) {
    let flow = stored_flow(&database).await;
    write!(database, flows.advance(flow.id, &flow.state, &opened(1))).expect("opened");
    assert_refused!(
        write!(
            database,
            flows.advance(flow.id, &opened(2), &FlowState::Exchanging)
        ),
        Stale
    );
    write!(
        database,
        flows.advance(flow.id, &opened(1), &FlowState::Exchanging)
    )
    .expect("its own browser goes on");
}

async fn one_of_ten_callbacks_goes_on(database: Database) {
    let flow = stored_flow(&database).await;
    write!(database, flows.advance(flow.id, &flow.state, &opened(1))).expect("opened");
    let mut callbacks = JoinSet::new();
    for _ in 0..10 {
        let (database, id) = (database.clone(), flow.id);
        callbacks.spawn(async move {
            write!(
                database,
                flows.advance(id, &opened(1), &FlowState::Exchanging)
            )
        });
    }
    let (passed, refused): (Vec<_>, Vec<_>) = callbacks
        .join_all()
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!(passed.len(), 1);
    for result in refused {
        assert_refused!(result, Stale);
    }
}

async fn flows_that_ended_are_removed(database: Database) {
    assert_eq!(read!(database, flows.first_end()), None);
    let flow = stored_flow(&database).await;
    assert_eq!(read!(database, flows.first_end()), Some(flow.expires_at));
    let removed = write!(database, flows.remove_expired(flow.expires_at));
    assert_eq!(
        removed.expect("no error"),
        0,
        "it ends just then, not before"
    );
    let removed = write!(database, flows.remove_expired(at(601)));
    assert_eq!(removed.expect("removed"), 1);
    assert_eq!(read!(database, flows.lookup(flow.id)), None);
}

async fn flows_are_removed_a_thousand_at_a_time(database: Database) {
    let (_, integration) = stored_integration(&database).await;
    let mut unit = database.begin().await;
    for number in 0..1_001_u32 {
        let mut flow = flow(&integration, 0);
        flow.state_hash = number.to_be_bytes().to_vec();
        unit.flows().add(&flow).await.expect("added");
    }
    unit.commit().await.expect("committed");
    for expected in [1_000, 1, 0] {
        let removed = write!(database, flows.remove_expired(at(1_000)));
        assert_eq!(removed.expect("removed"), expected);
    }
}
