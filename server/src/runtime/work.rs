//! The loops that do what is due, one a kind of work.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    domain::Timestamp,
    use_cases::{
        Services,
        work::{Bell, Work},
    },
};

/// The longest wait after an error.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// Starts a loop for each kind. They end soon after `stopped` becomes true: a batch that was begun is
/// finished first.
pub fn start(
    services: &Arc<Services>,
    works: Vec<Arc<dyn Work>>,
    stopped: &watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut loops = JoinSet::new();
    for work in works {
        loops.spawn(repeat(services.clone(), work, stopped.clone()));
    }
    loops
}

async fn repeat(services: Arc<Services>, work: Arc<dyn Work>, mut stopped: watch::Receiver<bool>) {
    let bell = work.bell(&services.bells);
    let mut failures = 0;
    while !*stopped.borrow() {
        bell.clear();
        let wait = match run(&services, &work).await {
            Ok(next) => {
                failures = 0;
                let again = jittered(&services, work.look_again());
                next.map_or(again, |next| until(&services, next).min(again))
            }
            Err(error) => {
                failures += 1;
                tracing::warn!(
                    work = work.name(),
                    failures,
                    error,
                    "background work failed"
                );
                jittered(&services, backoff(failures))
            }
        };
        bell.ring(services.now() + wait);
        tokio::select! {
            // By this process's own time at most that long, whatever is done to the clock.
            _ = tokio::time::timeout(wait, sleep(&services, bell)) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// One batch, as a task: a panic ends the batch and not the loop.
async fn run(services: &Arc<Services>, work: &Arc<dyn Work>) -> Result<Option<Timestamp>, String> {
    let batch = {
        let (services, work) = (services.clone(), work.clone());
        tokio::spawn(async move { work.run_due(&services).await })
    };
    match batch.await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the batch ended early".to_owned()),
    }
}

/// Until the bell's time. A bell that is rung for an earlier one makes the sleep shorter.
async fn sleep(services: &Services, bell: &Bell) {
    loop {
        let left = bell.wakes_at() - services.now().as_microsecond();
        let Ok(left @ 1..) = u64::try_from(left) else {
            return;
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_micros(left)) => {}
            () = bell.changed() => {}
        }
    }
}

fn until(services: &Services, then: Timestamp) -> Duration {
    let left = then.as_microsecond() - services.now().as_microsecond();
    Duration::from_micros(u64::try_from(left).unwrap_or(0))
}

/// 1 s, 2 s, 4 s … a minute.
fn backoff(failures: u32) -> Duration {
    Duration::from_secs(1 << (failures - 1).min(6)).min(LONGEST_BACKOFF)
}

/// Three quarters of `wait` to all of it: processes that started together do not look together.
fn jittered(services: &Services, wait: Duration) -> Duration {
    let mut byte = [0];
    services.entropy.fill(&mut byte);
    wait.mul_f64(0.75 + f64::from(byte[0]) / 1020.0)
}
