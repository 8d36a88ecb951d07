//! The portal's state machine. Pure: it says what to do as [`Effect`]s, and the driver does it.

mod flow;
mod parting;
#[cfg(feature = "ssr")]
mod press;
mod settings;
mod step;
#[cfg(test)]
mod tests;

#[cfg(feature = "ssr")]
pub use press::{Press, Word};

use super::{
    account::{self, Account},
    trouble::{Trouble, TroubleKind},
};
#[cfg(any(feature = "hydrate", feature = "ssr", test))]
use crate::contract::connect::AccountChoice;
use crate::contract::{
    ApiError, ErrorCode,
    connect::{FieldValues, Revocation, Ticket},
    portal::Field,
    setting::SettingField,
};

/// What is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The ways to connect, of which the person chooses one.
    Choice,
    /// What has to be at the provider first, before anything is asked.
    Instruction,
    /// The accounts, of which the person chooses one to see, or adds one.
    Accounts,
    /// What the app will be able to do, the form where there is one, and the button.
    Intro,
    /// The provider's window is open.
    Waiting,
    /// The person is back; the server asks the provider.
    Checking,
    /// Authorised, and something is asked before it can be used.
    Setup,
    Connected,
    /// What the account is set to; while there is nothing to show, it is being asked for.
    Settings,
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

/// Which of the person's accounts it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The one that the host page means.
    Meant,
    /// One more.
    Another,
    /// The account of this id.
    One(String),
}

impl Target {
    /// What the server is told, of what the host page chose.
    #[cfg(any(feature = "hydrate", feature = "ssr", test))]
    pub fn choice(self, chosen: AccountChoice) -> AccountChoice {
        match self {
            Self::Meant => chosen,
            Self::Another => AccountChoice {
                selected_credential_id: None,
                ..chosen
            },
            Self::One(id) => AccountChoice {
                selected_credential_id: Some(id),
                ..AccountChoice::default()
            },
        }
    }
}

/// A way to connect: its id, and whether a window belongs to it, and questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    pub id: String,
    pub window: bool,
    pub asks: bool,
}

/// How the provider's page is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// A window that this page opens.
    Window,
    /// A tab that a link opens: no browser keeps a person from following it.
    Tab,
    /// The host page goes there as a whole, and comes back.
    Here,
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
    /// The one that the screen is about.
    pub account: Option<Account>,
    /// Every one that the host page means, oldest first.
    pub accounts: Vec<Account>,
    /// Whether one more may stand beside them.
    pub more: bool,
    /// What is asked once the person has authorised.
    pub questions: Vec<Field>,
    /// Whether accounts have settings.
    pub configures: bool,
    /// Whether something has to be at the provider first, of which the person has not read.
    pub instructs: bool,
    pub settings: Vec<SettingField>,
    /// They were stored just now.
    pub saved: bool,
    /// Place of the chosen way among [`Self::methods`].
    pub method: Option<usize>,
    /// What was typed last, so that nobody types it twice.
    pub values: FieldValues,
    /// The page stands by itself: there is nothing to close it for.
    pub hosted: bool,
    methods: Vec<Method>,
    target: Target,
    /// Whether the host page can be left for the provider's.
    pub can_leave: bool,
    /// How the press leads to the provider.
    route: Route,
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
    /// The host page can be left for the provider's.
    CanLeave,
    /// The page is not inside a host page.
    Alone,
    /// `more`: one more may stand beside them.
    UserKnown {
        accounts: Vec<Account>,
        more: bool,
    },
    UserRefused(ApiError),
    /// A way to connect, by its place.
    MethodPressed(usize),
    /// Back to the ways to connect.
    OtherWayPressed,
    /// What has to be at the provider first is there.
    InstructionRead,
    /// An account of the list, by its place.
    AccountPressed(usize),
    AccountsPressed,
    AnotherPressed,
    ConnectPressed(FieldValues),
    /// The account that is there, anew.
    ReconnectPressed,
    /// Again, with what was typed before.
    RetryPressed,
    WindowOpened,
    WindowBlocked,
    /// The link that opens a tab was followed.
    TabPressed,
    /// The host page shall go to the provider itself.
    HerePressed,
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
    QuestionsKnown(Result<Vec<Field>, ApiError>),
    SettingsPressed,
    SettingsKnown(Result<Vec<SettingField>, ApiError>),
    SavePressed(FieldValues),
    SettingsSaved(Result<Connection, ApiError>),
    /// Back to the account.
    SettingsLeft,
    CancelPressed,
    DisconnectPressed,
    DisconnectDone(Result<Revocation, ApiError>),
    ClosePressed,
    /// The account of this id is the one that the page shows.
    AccountMeant(String),
    /// The flow of a press that this machine has not seen, and the way to connect of it.
    FlowFound {
        flow_id: String,
        method: Option<String>,
    },
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
    /// The window is a tab that a link opens: it will say that it is there.
    AwaitTab,
    Connect {
        attempt: u32,
        method: String,
        target: Target,
        values: FieldValues,
    },
    /// Hands the flow to the window and follows it.
    Begin {
        flow_id: String,
        ticket: Ticket,
    },
    /// Hands the flow to the host page, which leaves for the provider.
    LeaveFor {
        flow_id: String,
        ticket: Ticket,
    },
    CancelFlow(String),
    /// What is to be asked about the account of this id.
    AskQuestions(String),
    /// What the account of this id is set to.
    AskSettings(String),
    SaveSettings {
        account: String,
        values: FieldValues,
    },
    /// The credential as JSON, with its settings.
    TellConfigured(String),
    Complete {
        attempt: u32,
        account: String,
        values: FieldValues,
    },
    /// The account of this id.
    Disconnect(String),
    /// The credential as JSON.
    TellConnected(String),
    TellDisconnected,
    TellError(ErrorCode, String),
    /// Cancels these flows, then has the host page take the portal away.
    Leave(Vec<String>),
    /// Follows the flow, which a window may have already.
    Follow(String),
}

impl Portal {
    pub fn new(methods: Vec<Method>) -> Self {
        let several = methods.len() > 1;
        Self {
            screen: if several {
                Screen::Choice
            } else {
                Screen::Intro
            },
            busy: false,
            problem: None,
            account: None,
            accounts: Vec::new(),
            more: false,
            questions: Vec::new(),
            configures: false,
            instructs: false,
            settings: Vec::new(),
            saved: false,
            method: (!several).then_some(0),
            values: FieldValues::default(),
            hosted: false,
            methods,
            target: Target::Meant,
            can_leave: false,
            route: Route::Window,
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
            ..Self::new(Vec::new())
        }
    }

    /// Whether the account that is there has to be connected anew.
    pub fn mends(&self) -> bool {
        let mended = |account: &Account| account.valid || account.pending;
        self.account
            .as_ref()
            .is_some_and(|account| !mended(account))
    }

    /// Whether there is a list of accounts to go back to.
    pub fn lists(&self) -> bool {
        self.accounts.len() > 1 || self.more && !self.accounts.is_empty()
    }

    /// Whether there are ways to choose from.
    pub fn chooses(&self) -> bool {
        self.methods.len() > 1
    }

    fn chosen(&self) -> Option<&Method> {
        self.methods.get(self.method?)
    }

    /// Whether connecting opens a window; otherwise the form is all.
    fn opens_window(&self) -> bool {
        self.chosen().is_some_and(|method| method.window)
    }

    /// Where everything begins: with the way to connect, if there are several.
    fn start_screen(&self) -> Screen {
        match self.method {
            None => Screen::Choice,
            // Somebody who has an account has read of it.
            Some(_) if self.instructs && self.account.is_none() => Screen::Instruction,
            Some(_) => Screen::Intro,
        }
    }

    /// Whether nothing has been begun.
    pub fn begins(&self) -> bool {
        matches!(
            self.screen,
            Screen::Intro | Screen::Choice | Screen::Instruction
        )
    }

    /// Something has to be at the provider first.
    pub fn instruct(&mut self) {
        self.instructs = true;
        self.screen = self.start_screen();
    }

    /// What is shown while nothing goes on.
    fn rest(&self) -> Screen {
        match &self.account {
            Some(account) if account.valid => Screen::Connected,
            Some(account) if account.pending && !self.questions.is_empty() => Screen::Setup,
            None if self.target == Target::Meant && self.lists() => Screen::Accounts,
            _ => self.start_screen(),
        }
    }

    /// Takes the accounts in, and the one of them that is meant.
    fn know(&mut self, accounts: Vec<Account>, more: bool) {
        self.accounts = accounts;
        self.more = more;
        self.target = Target::Meant;
        self.account = match self.lists() {
            true => None,
            false => account::choose(&self.accounts).cloned(),
        };
    }

    /// Whether the person comes back to the host page, which is left.
    pub fn leaves(&self) -> bool {
        self.route == Route::Here
    }

    /// Whether the flow's state still matters.
    pub fn watches(&self, flow_id: &str) -> bool {
        self.watched.iter().any(|watched| watched == flow_id)
    }

    fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.saved = false;
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
