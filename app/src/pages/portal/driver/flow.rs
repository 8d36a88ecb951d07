//! Follows a flow on the server: the result never depends on the window.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::Driver;
use crate::{
    contract::ErrorCode,
    pages::portal::state::{Event, Progress},
};

const EVERY: Duration = Duration::from_millis(800);
const SLOWEST: Duration = Duration::from_secs(8);
/// A flow lives ten minutes on the server; a little more, so that the server says so.
const AT_MOST: f64 = 10.5 * 60.0 * 1000.0;
/// Failed polls in a row before the person is told.
const PATIENCE: u32 = 3;
/// Polls that find the window gone and nothing done before the person is asked. The window closes
/// itself when it is done, so the first may be too early.
const GONE: u32 = 2;

impl Driver {
    pub fn follow(self, flow_id: String) {
        spawn_local(async move {
            let begun = js_sys::Date::now();
            let (mut failed, mut gone) = (0, 0);
            while self.watches(&flow_id) {
                sleep(pause(failed)).await;
                if !self.watches(&flow_id) {
                    return;
                }
                if js_sys::Date::now() - begun > AT_MOST {
                    let progress = Progress::Expired;
                    self.send(Event::Flow { flow_id, progress });
                    return;
                }
                failed = self.poll(&flow_id, failed, &mut gone).await;
            }
        });
    }

    fn watches(self, flow_id: &str) -> bool {
        self.portal
            .try_with_untracked(|portal| portal.watches(flow_id))
            .unwrap_or(false)
    }

    /// Asks once; gives the number of failures in a row.
    async fn poll(self, flow_id: &str, failed: u32, gone: &mut u32) -> u32 {
        let flow_id = flow_id.to_owned();
        match self.flow_status(&flow_id).await {
            Ok(progress) => {
                let pending = progress == Progress::Pending;
                *gone = if pending && self.popup_gone() {
                    *gone + 1
                } else {
                    0
                };
                self.send(Event::Flow { flow_id, progress });
                if *gone == GONE {
                    self.send(Event::WindowClosed);
                }
                0
            }
            Err(error) => {
                let over = matches!(
                    error.code,
                    ErrorCode::TokenInvalid | ErrorCode::NotFound | ErrorCode::FlowEnded
                );
                if over || failed + 1 >= PATIENCE {
                    self.send(Event::FlowUnreachable { flow_id, error });
                }
                failed + 1
            }
        }
    }
}

/// Twice as long after each failure.
fn pause(failed: u32) -> Duration {
    (EVERY * 2_u32.pow(failed.min(4))).min(SLOWEST)
}
