//! The loops that do what is due.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::FutureExt;
use server::{
    domain::{
        Timestamp,
        id::OperatorId,
        operator::{Operator, OperatorSession, Role},
    },
    ports::clock::Clock,
    runtime::work::start,
    use_cases::{
        Error, Result, Services,
        housekeeping::Housekeeping,
        work::{Bell, Bells, Work},
    },
};
use tempfile::TempDir;
use tokio::sync::{Semaphore, mpsc, watch};
use uuid::Uuid;

use crate::support::service::{HandClock, services};

const HOUR: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(20);

type Outcome = fn(u32, Timestamp) -> Result<Option<Timestamp>>;

/// Tells of every run, and ends it as `outcome` says.
struct Told {
    runs: AtomicU32,
    told: mpsc::UnboundedSender<u32>,
    gate: Arc<Semaphore>,
    outcome: Outcome,
}

#[async_trait]
impl Work for Told {
    fn name(&self) -> &'static str {
        "told"
    }

    fn bell<'b>(&self, bells: &'b Bells) -> &'b Bell {
        &bells.housekeeping
    }

    fn look_again(&self) -> Duration {
        HOUR
    }

    async fn run_due(&self, services: &Arc<Services>) -> Result<Option<Timestamp>> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
        self.told.send(run).expect("the test listens");
        let _open = self.gate.acquire().await.expect("a gate");
        (self.outcome)(run, services.now())
    }
}

struct Lab {
    services: Arc<Services>,
    runs: mpsc::UnboundedReceiver<u32>,
    gate: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    loops: tokio::task::JoinSet<()>,
    _folder: TempDir,
}

impl Lab {
    async fn new(gate: usize, outcome: Outcome) -> Self {
        let folder = TempDir::new().unwrap();
        let services = services(&folder, Arc::new(HandClock::new())).await;
        let (told, runs) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);
        let gate = Arc::new(Semaphore::new(gate));
        let work = Told {
            runs: AtomicU32::new(0),
            told,
            gate: gate.clone(),
            outcome,
        };
        let loops = start(&services, vec![Arc::new(work)], &stopped);
        Self {
            services,
            runs,
            gate,
            stop,
            loops,
            _folder: folder,
        }
    }

    async fn run(&mut self) -> u32 {
        let run = tokio::time::timeout(PATIENCE, self.runs.recv()).await;
        run.expect("a run").expect("the loop is alive")
    }

    fn ring(&self) {
        self.services.bells.housekeeping.ring(self.services.now());
    }
}

#[tokio::test]
async fn a_ring_wakes_a_loop_that_sleeps() {
    let mut lab = Lab::new(1, |_, now| Ok(Some(now + HOUR))).await;
    assert_eq!(lab.run().await, 1);
    lab.ring();
    assert_eq!(lab.run().await, 2);
}

#[tokio::test]
async fn what_is_left_is_done_at_once() {
    let mut lab = Lab::new(1, |run, now| Ok((run < 4).then_some(now))).await;
    for run in 1..=4 {
        assert_eq!(lab.run().await, run);
    }
}

#[tokio::test]
async fn neither_an_error_nor_a_panic_ends_the_loop() {
    let mut lab = Lab::new(1, |run, _| match run {
        1 => Err(Error::Internal("out of order".to_owned())),
        2 => panic!("a bug"),
        _ => Ok(None),
    })
    .await;
    for run in 1..=3 {
        assert_eq!(lab.run().await, run);
        lab.ring();
    }
}

#[tokio::test]
async fn a_batch_that_was_begun_is_finished_when_the_process_stops() {
    let mut lab = Lab::new(0, |_, _| Ok(None)).await;
    assert_eq!(lab.run().await, 1);
    lab.stop.send(true).unwrap();
    tokio::task::yield_now().await;
    assert!(lab.loops.join_next().now_or_never().is_none());
    lab.gate.add_permits(1);
    let ended = tokio::time::timeout(PATIENCE, lab.loops.join_next()).await;
    ended
        .expect("it ends")
        .expect("one loop")
        .expect("in peace");
    assert!(lab.runs.recv().await.is_none(), "no further run");
}

#[tokio::test]
async fn housekeeping_writes_nothing_where_nothing_is_over() {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(HandClock::new());
    let services = services(&folder, clock.clone()).await;
    let session = OperatorSession {
        token_hash: vec![7; 32],
        operator: OperatorId(Uuid::now_v7()),
        expires_at: clock.now() + HOUR,
    };
    let mut unit = services.store.begin().await.unwrap();
    let operator = Operator {
        id: session.operator,
        email: "ada@example.com".to_owned(),
        password_hash: String::new(),
        role: Role::Admin,
        created_at: clock.now(),
    };
    unit.operators().add(&operator).await.unwrap();
    unit.operators().add_session(&session).await.unwrap();
    unit.commit().await.unwrap();

    let first_end = async || {
        let mut reader = services.store.read().await.unwrap();
        reader.operators().first_session_end().await.unwrap()
    };
    let writes = services.store.writes();
    assert_eq!(
        Housekeeping::default().run_due(&services).await.unwrap(),
        None
    );
    assert_eq!(services.store.writes(), writes);
    assert_eq!(first_end().await, Some(session.expires_at));
    clock.forward(3601);
    assert_eq!(
        Housekeeping::default().run_due(&services).await.unwrap(),
        None
    );
    assert_eq!(first_end().await, None);
}
