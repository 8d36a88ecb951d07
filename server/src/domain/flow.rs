//! An OAuth flow on the server: single use, ten minutes, bound to the browser that began it.

use std::{collections::BTreeMap, time::Duration};

use app::contract::ErrorCode;

use super::{
    Timestamp,
    id::{ConnectionId, FlowId, IntegrationId, ProjectId},
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
