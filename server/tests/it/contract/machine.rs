//! The states of a connection, by random steps of three processes against a model of ten lines.

use std::{collections::BTreeMap, time::Duration};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use server::{
    domain::{
        Timestamp,
        connection::{Connection, ConnectionStatus, Failure, InvalidReason, Trouble},
        id::ProcessId,
        secret::Sealed,
        token_set::Account,
    },
    ports::store::{FailedRefresh, NewCredential, StoreError},
};
use uuid::Uuid;

use super::stories;
use crate::support::{
    rows::{at, stored_connection},
    store::{Database, read, write},
};

stories!(the_states_of_a_connection_follow_their_model);

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Seconds go by.
    Wait(i64),
    Claim(usize),
    /// With the fence that the process was given last, however long ago.
    Finish(usize),
    Fail(usize, bool),
    Refuse(usize),
    /// The owner connects anew.
    Reconnect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let process = 0..3usize;
    let step = prop_oneof![
        (1i64..60).prop_map(Step::Wait),
        process.clone().prop_map(Step::Claim),
        process.clone().prop_map(Step::Claim),
        process.clone().prop_map(Step::Finish),
        (process.clone(), any::<bool>()).prop_map(|(who, unknown)| Step::Fail(who, unknown)),
        process.prop_map(Step::Refuse),
        Just(Step::Reconnect),
    ];
    prop::collection::vec(step, 1..40)
}

/// The same each time.
fn sequences(many: usize) -> Vec<Vec<Step>> {
    let mut runner = TestRunner::deterministic();
    let mut sequence = || steps().new_tree(&mut runner).expect("steps").current();
    (0..many).map(|_| sequence()).collect()
}

/// What the store is to know, and what each process believes.
struct Model {
    now: i64,
    version: i64,
    fence: i64,
    valid: bool,
    /// Process, and when its lease ends.
    lease: Option<(usize, i64)>,
    interrupted: bool,
    failures: u32,
    /// By process: the fence it was given last.
    given: [Option<i64>; 3],
}

impl Model {
    fn holds(&self, who: usize) -> bool {
        self.given[who] == Some(self.fence) && self.lease.is_some_and(|(owner, _)| owner == who)
    }

    /// Whether the step is taken, and what it leaves.
    fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Wait(seconds) => self.now += seconds,
            Step::Claim(who) => {
                if !self.valid || self.lease.is_some_and(|(_, end)| end > self.now) {
                    return false;
                }
                self.interrupted |= self.lease.is_some();
                self.fence += 1;
                self.given[who] = Some(self.fence);
                self.lease = Some((who, self.now + 45));
            }
            Step::Finish(who) | Step::Fail(who, _) | Step::Refuse(who) => {
                if !self.holds(who) {
                    return false;
                }
                self.lease = None;
                match step {
                    Step::Fail(_, unknown) => {
                        self.failures += 1;
                        self.interrupted |= unknown;
                    }
                    Step::Refuse(_) => {
                        self.valid = false;
                        self.version += 1;
                    }
                    _ => {
                        (self.failures, self.interrupted) = (0, false);
                        self.version += 1;
                    }
                }
            }
            Step::Reconnect => {
                self.lease = None;
                self.fence += 1;
                self.version += 1;
                (self.failures, self.interrupted, self.valid) = (0, false, true);
            }
        }
        true
    }

    fn assert_is(&self, stored: &Connection, after: &[Step]) {
        let valid = stored.status == ConnectionStatus::Valid;
        let leased = stored.lease.map(|lease| lease.expires_at);
        let told = (valid, stored.version, stored.interrupted_at.is_some());
        assert_eq!(
            told,
            (self.valid, self.version, self.interrupted),
            "{after:?}"
        );
        assert_eq!(leased, self.lease.map(|(_, end)| at(end)), "{after:?}");
        assert_eq!(stored.refresh_failures, self.failures, "{after:?}");
        // Whoever must be asked is asked, and nobody else.
        assert_eq!(stored.invalid_reason.is_some(), !self.valid, "{after:?}");
        if self.lease.is_some() {
            assert_eq!(stored.refresh_due_at, leased, "{after:?}");
        } else {
            assert_eq!(stored.refresh_due_at.is_some(), self.valid, "{after:?}");
        }
    }
}

fn new(now: Timestamp) -> NewCredential {
    NewCredential {
        credential: Sealed(vec![1; 40]),
        method: "default".to_owned(),
        status: ConnectionStatus::Valid,
        expires_at: None,
        refresh_due_at: Some(now + Duration::from_secs(3_000)),
        scopes: None,
        metadata: BTreeMap::new(),
    }
}

fn failed(now: Timestamp, outcome_unknown: bool) -> FailedRefresh {
    FailedRefresh {
        failure: Failure {
            trouble: Trouble::Outage,
            said: None,
            at: now,
        },
        retry_at: now,
        due_at: now,
        outcome_unknown,
    }
}

/// Whether the store took the step.
async fn take(
    database: &Database,
    stored: &Connection,
    processes: &[ProcessId; 3],
    given: &[Option<i64>; 3],
    step: Step,
    now: Timestamp,
) -> bool {
    let fence = |who: usize| given[who].unwrap_or(-1);
    let id = stored.id;
    let result = match step {
        Step::Wait(_) => Ok(true),
        Step::Claim(who) => {
            let until = now + Duration::from_secs(45);
            write!(
                database,
                connections.claim_refresh(id, stored.version, processes[who], "host", now, until)
            )
            .map(|claim| claim.is_some())
        }
        Step::Finish(who) => write!(
            database,
            connections.finish_refresh(id, processes[who], fence(who), &new(now), now)
        )
        .map(|_| true),
        Step::Fail(who, unknown) => write!(
            database,
            connections.fail_refresh(id, processes[who], fence(who), &failed(now, unknown))
        )
        .map(|()| true),
        Step::Refuse(who) => {
            let reason = InvalidReason::GrantRefused;
            write!(
                database,
                connections.mark_invalid(id, processes[who], fence(who), reason, None, now)
            )
            .map(|()| true)
        }
        Step::Reconnect => write!(
            database,
            connections.replace_credential(id, &new(now), &Account::default(), now)
        )
        .map(|_| true),
    };
    match result {
        Ok(taken) => taken,
        Err(StoreError::Stale) => false,
        Err(error) => panic!("{step:?}: {error}"),
    }
}

async fn the_states_of_a_connection_follow_their_model(database: Database) {
    let processes = [(); 3].map(|()| ProcessId(Uuid::now_v7()));
    for steps in sequences(25) {
        let id = stored_connection(&database).await.id;
        let mut model = Model {
            now: 0,
            version: 1,
            fence: 0,
            valid: true,
            lease: None,
            interrupted: false,
            failures: 0,
            given: [None; 3],
        };
        for (index, step) in steps.iter().enumerate() {
            let so_far = &steps[..=index];
            let stored = read!(database, connections.lookup(id)).expect("still there");
            let (given, now) = (model.given, at(model.now));
            let taken = take(&database, &stored, &processes, &given, *step, now).await;
            assert_eq!(taken, model.step(*step), "{so_far:?}");
            let stored = read!(database, connections.lookup(id)).expect("still there");
            model.assert_is(&stored, so_far);
        }
    }
}
