//! An OAuth flow on the server: single use, ten minutes, bound to the browser that began it.

use std::{collections::BTreeMap, time::Duration};

use app::contract::ErrorCode;
use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    id::{ConnectionId, FlowId, IntegrationId, ProjectId},
    intent::Intent,
    secret::Sealed,
};

/// How long a person has to finish.
pub const FLOW_LIFETIME: Duration = Duration::from_secs(600);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub id: FlowId,
    pub project: ProjectId,
    pub integration: IntegrationId,
    pub user_id: String,
    /// What the person typed before: a subdomain, say.
    pub inputs: BTreeMap<String, String>,
    /// Which of the user's accounts it is for.
    pub intent: Intent,
    /// Of an SDK that began it in a page of the host.
    pub caller: Option<Caller>,
    /// The page that the person left for the provider, and comes back to: of an origin that the
    /// project allows.
    pub return_url: Option<String>,
    /// SHA-256 of the ticket that lets one window begin.
    pub ticket_hash: Vec<u8>,
    /// SHA-256 of `state`.
    pub state_hash: Vec<u8>,
    /// `state` and the PKCE verifier as JSON, sealed under the field `flow`.
    pub secrets: Sealed,
    pub state: FlowState,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An SDK of the embed protocol that began a flow in a page of the host application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Chosen by the SDK; it asks by this for the outcome. Distinct a user at best.
    pub session_id: String,
    /// How the page that opened the window is told.
    pub reply: Reply,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The origin of that page: one that the project allows.
    pub origin: String,
    /// Versions that wait for a message of the success; the others ask the server.
    pub success: bool,
    /// The app's own page that the provider sends the person to. None: Patchbay's callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

/// Where a flow stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowState {
    /// Begun in the portal; no window has shown its ticket.
    Created,
    /// A window has: `browser_hash` is the SHA-256 of its cookie.
    Opened {
        browser_hash: Vec<u8>,
    },
    /// The callback came and the code is being exchanged. No second callback is taken.
    Exchanging,
    Completed {
        connection: ConnectionId,
    },
    Failed {
        code: ErrorCode,
        message: String,
    },
    Cancelled,
}

/// Why a step was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    #[error("the flow is in another state")]
    WrongState,
    #[error("the flow has expired")]
    Expired,
    #[error("the flow was begun in another browser")]
    OtherBrowser,
}

impl Flow {
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// A window shows the ticket and takes the flow for its browser.
    pub fn open(&self, now: Timestamp, browser_hash: Vec<u8>) -> Result<FlowState, FlowError> {
        self.alive(now)?;
        match self.state {
            FlowState::Created => Ok(FlowState::Opened { browser_hash }),
            _ => Err(FlowError::WrongState),
        }
    }

    /// The app's own page.
    pub fn redirect_url(&self) -> Option<&str> {
        self.caller.as_ref()?.reply.redirect_url.as_deref()
    }

    /// The app's own page has the code and hands it in with the user's token. The page is one that an
    /// operator listed, and the token says that the person in front of it is the one who began.
    pub fn begin_exchange_for_user(&self, now: Timestamp) -> Result<FlowState, FlowError> {
        self.alive(now)?;
        match (&self.state, self.redirect_url()) {
            (FlowState::Opened { .. }, Some(_)) => Ok(FlowState::Exchanging),
            _ => Err(FlowError::WrongState),
        }
    }

    /// The callback came, with the cookie's hash where there was one. `same` compares in constant time.
    pub fn begin_exchange(
        &self,
        now: Timestamp,
        cookie_hash: Option<&[u8]>,
        same: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Result<FlowState, FlowError> {
        self.alive(now)?;
        match (&self.state, cookie_hash) {
            (FlowState::Opened { browser_hash }, Some(hash)) if same(browser_hash, hash) => {
                Ok(FlowState::Exchanging)
            }
            (FlowState::Opened { .. }, _) => Err(FlowError::OtherBrowser),
            _ => Err(FlowError::WrongState),
        }
    }

    pub fn complete(&self, connection: ConnectionId) -> Result<FlowState, FlowError> {
        match self.state {
            FlowState::Exchanging => Ok(FlowState::Completed { connection }),
            _ => Err(FlowError::WrongState),
        }
    }

    pub fn fail(&self, code: ErrorCode, message: String) -> Result<FlowState, FlowError> {
        if self.state.is_final() {
            Err(FlowError::WrongState)
        } else {
            Ok(FlowState::Failed { code, message })
        }
    }

    /// The person gave up. An exchange under way is not called back.
    pub fn cancel(&self) -> Result<FlowState, FlowError> {
        match self.state {
            FlowState::Created | FlowState::Opened { .. } => Ok(FlowState::Cancelled),
            _ => Err(FlowError::WrongState),
        }
    }

    fn alive(&self, now: Timestamp) -> Result<(), FlowError> {
        if self.is_expired(now) {
            Err(FlowError::Expired)
        } else {
            Ok(())
        }
    }
}

impl FlowState {
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed { .. } | Self::Failed { .. } | Self::Cancelled
        )
    }

    /// The name under which the store keeps the state.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Opened { .. } => "opened",
            Self::Exchanging => "exchanging",
            Self::Completed { .. } => "completed",
            Self::Failed { .. } => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn flow(state: FlowState) -> Flow {
        Flow {
            id: FlowId(Uuid::from_u128(1)),
            project: ProjectId(Uuid::from_u128(2)),
            integration: IntegrationId(Uuid::from_u128(3)),
            user_id: "user".to_owned(),
            inputs: BTreeMap::new(),
            intent: Intent::default(),
            caller: None,
            return_url: None,
            ticket_hash: vec![1],
            state_hash: vec![2],
            secrets: Sealed(vec![3]),
            state,
            created_at: second(0),
            expires_at: second(600),
        }
    }

    /// Whatever may be asked of a flow, at a moment.
    #[derive(Clone, Debug)]
    enum Step {
        Open(u8),
        Callback(Option<u8>),
        Complete,
        Fail,
        Cancel,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u8..3).prop_map(Step::Open),
            proptest::option::of(0u8..3).prop_map(Step::Callback),
            Just(Step::Complete),
            Just(Step::Fail),
            Just(Step::Cancel),
        ]
    }

    fn take(flow: &Flow, step: &Step, now: Timestamp) -> Result<FlowState, FlowError> {
        match step {
            Step::Open(browser) => flow.open(now, vec![*browser]),
            Step::Callback(cookie) => {
                let cookie = cookie.map(|browser| vec![browser]);
                flow.begin_exchange(now, cookie.as_deref(), |a, b| a == b)
            }
            Step::Complete => flow.complete(ConnectionId(Uuid::from_u128(9))),
            Step::Fail => flow.fail(ErrorCode::ProviderRefused, "no".to_owned()),
            Step::Cancel => flow.cancel(),
        }
    }

    proptest! {
        #[test]
        fn any_order_of_steps_keeps_the_promises(
            steps in proptest::collection::vec((step(), 0i64..1200), 0..12),
        ) {
            let mut flow = flow(FlowState::Created);
            let mut opened_by = None;
            let mut exchanges = 0;
            for (step, at) in steps {
                let now = second(at);
                let before = flow.state.clone();
                let Ok(next) = take(&flow, &step, now) else { continue };
                prop_assert!(!before.is_final(), "{before:?} was the end");
                match (&step, &next) {
                    (Step::Open(browser), FlowState::Opened { .. }) => {
                        prop_assert!(at < 600, "opened after its time");
                        prop_assert_eq!(opened_by, None, "taken by a second window");
                        opened_by = Some(*browser);
                    }
                    (Step::Callback(cookie), FlowState::Exchanging) => {
                        prop_assert!(at < 600, "finished after its time");
                        prop_assert!(opened_by.is_some());
                        prop_assert_eq!(*cookie, opened_by, "finished by another browser");
                        exchanges += 1;
                    }
                    (Step::Complete, FlowState::Completed { .. }) => {
                        prop_assert_eq!(&before, &FlowState::Exchanging);
                    }
                    (Step::Fail, FlowState::Failed { .. }) => {}
                    (Step::Cancel, FlowState::Cancelled) => {
                        prop_assert_ne!(&before, &FlowState::Exchanging, "an exchange was called back");
                    }
                    (step, next) => prop_assert!(false, "{step:?} led to {next:?}"),
                }
                flow.state = next;
            }
            prop_assert!(exchanges <= 1, "a code was exchanged twice");
        }
    }

    #[test]
    fn a_callback_needs_the_cookie_of_the_window() {
        let opened = flow(FlowState::Opened {
            browser_hash: vec![7],
        });
        let same = |a: &[u8], b: &[u8]| a == b;
        assert_eq!(
            opened.begin_exchange(second(1), None, same),
            Err(FlowError::OtherBrowser)
        );
        assert_eq!(
            opened.begin_exchange(second(1), Some(&[8]), same),
            Err(FlowError::OtherBrowser)
        );
        assert_eq!(
            opened.begin_exchange(second(600), Some(&[7]), same),
            Err(FlowError::Expired)
        );
        assert_eq!(
            opened.begin_exchange(second(599), Some(&[7]), same),
            Ok(FlowState::Exchanging)
        );
    }
}
