//! The portal's state machine. Pure: it says what to do as [`Effect`]s, and the driver does it.

mod step;
#[cfg(test)]
mod tests;

use super::{
    account::Account,
    trouble::{Trouble, TroubleKind},
};
use crate::contract::{
    ApiError, ErrorCode,
    connect::{FieldValues, Revocation, Ticket},
};

/// What is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// What the app will be able to do, the form where there is one, and the button.
    Intro,
    /// The provider's window is open.
    Waiting,
    /// The person is back; the server asks the provider.
    Checking,
    Connected,
    Disconnected(Revocation),
    Trouble(Trouble),
}

/// Whether the portal knows whom it acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    Awaited,
    /// The token is here; the server is being asked whose it is.
    Asking,
    Known,
}

/// A connection just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub account: Account,
    /// The contract's `Credential` as JSON, for the host page.
    pub credential: String,
}

/// Where a flow stands: the contract's `FlowStatus`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    allow(dead_code, reason = "the browser asks")
)]
pub enum Progress {
    Pending,
    Checking,
    Connected(Connection),
    Failed(ApiError),
    Expired,
    Cancelled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    pub screen: Screen,
    /// A call is under way that the screen's button started.
    pub busy: bool,
    /// Why the screen's button did not do what it says.
    pub problem: Option<ApiError>,
    pub account: Option<Account>,
    /// What was typed last, so that nobody types it twice.
    pub values: FieldValues,
    /// The page stands by itself: there is nothing to close it for.
    pub hosted: bool,
    /// Whether connecting opens a window; otherwise the form is all.
    window: bool,
    session: Session,
    /// A press waits for the session.
    queued: bool,
    /// Counts presses: an answer to an earlier one is stale.
    attempt: u32,
    /// The flow of the last press, once begun.
    current: Option<String>,
    /// Flows that may still succeed, the current one among them.
    watched: Vec<String>,
}

/// What happened. Text in it comes from the server and is meant to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    allow(dead_code, reason = "happens in the browser")
)]
pub enum Event {
    /// The host page sent a user token, or a newer one.
    SessionArrived,
    /// It should have come by now.
    SessionLate,
    /// The page is not inside a host page.
    Alone,
    UserKnown(Option<Account>),
    UserRefused(ApiError),
    ConnectPressed(FieldValues),
    /// Again, with what was typed before.
    RetryPressed,
    WindowOpened,
    WindowBlocked,
    /// It is gone, or the provider's page has cut it off from this one.
    WindowClosed,
    FlowBegun {
        attempt: u32,
        flow_id: String,
        ticket: Ticket,
    },
    KeyAccepted(Connection),
    ConnectRefused {
        attempt: u32,
        error: ApiError,
    },
    Flow {
        flow_id: String,
        progress: Progress,
    },
    /// The server could not be asked about the flow for a while.
    FlowUnreachable {
        flow_id: String,
        error: ApiError,
    },
    CancelPressed,
    DisconnectPressed,
    DisconnectDone(Result<Revocation, ApiError>),
    ClosePressed,
    /// On a page by itself, where its link says how it goes on.
    ReturnPressed,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    allow(dead_code, reason = "done in the browser")
)]
pub enum Effect {
    Authenticate,
    /// In the press itself: browsers allow it nowhere else.
    OpenWindow,
    CloseWindow,
    Connect {
        attempt: u32,
        values: FieldValues,
    },
    /// Hands the flow to the window and follows it.
    Begin {
        flow_id: String,
        ticket: Ticket,
    },
    CancelFlow(String),
    Disconnect,
    /// The credential as JSON.
    TellConnected(String),
    TellDisconnected,
    TellError(ErrorCode, String),
    /// Cancels these flows, then has the host page take the portal away.
    Leave(Vec<String>),
    /// To where the link says.
    Return,
}

impl Portal {
    /// `window`: connecting leads to the provider's page.
    pub fn new(window: bool) -> Self {
        Self {
            screen: Screen::Intro,
            busy: false,
            problem: None,
            account: None,
            values: FieldValues::default(),
            hosted: false,
            window,
            session: Session::Awaited,
            queued: false,
            attempt: 0,
            current: None,
            watched: Vec::new(),
        }
    }

    /// A page that can only say what is wrong.
    pub fn broken(error: &ApiError) -> Self {
        Self {
            screen: Screen::Trouble(Trouble::nameless(error)),
            ..Self::new(false)
        }
    }

    /// Whether the account that is there has to be connected anew.
    pub fn mends(&self) -> bool {
        self.account.as_ref().is_some_and(|account| !account.valid)
    }

    /// Whether the flow's state still matters.
    pub fn watches(&self, flow_id: &str) -> bool {
        self.watched.iter().any(|watched| watched == flow_id)
    }

    fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.busy = false;
        self.problem = None;
    }

    fn fail(&mut self, trouble: impl Into<Trouble>) {
        self.show(Screen::Trouble(trouble.into()));
    }

    fn in_trouble(&self, kind: TroubleKind) -> bool {
        matches!(&self.screen, Screen::Trouble(trouble) if trouble.kind == kind)
    }
}
