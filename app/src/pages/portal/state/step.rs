//! What each event does to the portal.

use super::{Connection, Effect, Event, Method, Portal, Progress, Route, Screen, Session, Target};
use crate::{
    contract::{
        ApiError, ErrorCode,
        connect::{FieldValues, Ticket},
        portal::Field,
    },
    pages::portal::{account::Account, trouble::TroubleKind},
};

impl Portal {
    /// Takes the event in and says what to do, in order.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::SessionArrived => self.ask(),
            Event::SessionLate => self.session_late(),
            Event::CanLeave => {
                self.can_leave = true;
                vec![]
            }
            Event::Alone => {
                self.fail(TroubleKind::Alone);
                vec![]
            }
            Event::UserKnown { accounts, more } => self.user_known(accounts, more),
            Event::UserRefused(error) => self.user_refused(error),
            Event::MethodPressed(place) => self.choose_method(place),
            Event::OtherWayPressed => {
                self.method = None;
                self.values = FieldValues::default();
                self.show(Screen::Choice);
                vec![]
            }
            Event::InstructionRead => {
                self.instructs = false;
                self.show(self.start_screen());
                vec![]
            }
            Event::AccountPressed(place) => self.choose_account(place),
            Event::AccountsPressed => {
                self.leave_account();
                self.show(Screen::Accounts);
                vec![]
            }
            Event::AnotherPressed => self.another(),
            Event::ReconnectPressed => self.reconnect(),
            Event::ConnectPressed(values) => self.start(values, Route::Window),
            Event::TabPressed => self.start(self.values.clone(), Route::Tab),
            Event::HerePressed => self.start(self.values.clone(), Route::Here),
            Event::RetryPressed => self.retry(),
            Event::WindowOpened => self.go_on(),
            Event::WindowBlocked => {
                self.queued = false;
                self.fail(TroubleKind::Blocked);
                vec![]
            }
            Event::WindowClosed => {
                if self.screen == Screen::Waiting {
                    self.fail(TroubleKind::Closed);
                }
                vec![]
            }
            Event::FlowBegun {
                attempt,
                flow_id,
                ticket,
            } => self.flow_begun(attempt, flow_id, ticket),
            Event::KeyAccepted(connection) => self.connected(connection),
            Event::ConnectRefused { attempt, error } => self.connect_refused(attempt, error),
            Event::Flow { flow_id, progress } => self.flow(flow_id, progress),
            Event::FlowUnreachable { flow_id, error } => self.flow_unreachable(&flow_id, error),
            Event::QuestionsKnown(questions) => self.questions_known(questions),
            Event::SettingsPressed => self.ask_settings(),
            Event::SettingsKnown(result) => self.settings_known(result),
            Event::SavePressed(values) => self.save_settings(values),
            Event::SettingsSaved(result) => self.settings_saved(result),
            Event::SettingsLeft => {
                self.show(self.rest());
                vec![]
            }
            Event::CancelPressed => self.cancel(),
            Event::DisconnectPressed => self.disconnect(),
            Event::DisconnectDone(result) => self.disconnected(result),
            Event::ClosePressed if self.hosted => vec![],
            Event::AccountMeant(id) => {
                let place = self.accounts.iter().position(|account| account.id == id);
                place.map_or_else(Vec::new, |place| self.choose_account(place))
            }
            Event::FlowFound { flow_id, method } => self.found(flow_id, method),
            Event::ClosePressed => {
                let mut effects = vec![Effect::CloseWindow];
                effects.push(Effect::Leave(std::mem::take(&mut self.watched)));
                effects
            }
        }
    }

    fn ask(&mut self) -> Vec<Effect> {
        self.session = Session::Asking;
        vec![Effect::Authenticate]
    }

    fn session_late(&mut self) -> Vec<Effect> {
        if self.session != Session::Awaited || matches!(self.screen, Screen::Trouble(_)) {
            return vec![];
        }
        self.queued = false;
        self.fail(TroubleKind::SessionMissing);
        vec![Effect::CloseWindow]
    }

    fn user_known(&mut self, accounts: Vec<Account>, more: bool) -> Vec<Effect> {
        self.session = Session::Known;
        let idle = self.begins()
            || self.in_trouble(TroubleKind::SessionMissing)
            || self.in_trouble(TroubleKind::SessionOver)
            || self.in_trouble(TroubleKind::Unreachable) && self.current.is_none();
        if !idle && !self.queued {
            // A newer token in the middle of something changes nothing on the screen.
            return vec![];
        }
        self.know(accounts, more);
        if let (Some(account), None) = (self.account.clone(), self.method) {
            self.use_method_of(&account);
        }
        if self.queued && self.more {
            self.target = Target::Another;
            return self.go_on();
        }
        if let Some(ask) = self.ask_questions() {
            self.queued = false;
            return vec![Effect::CloseWindow, ask];
        }
        let rest = self.rest();
        if matches!(rest, Screen::Connected | Screen::Accounts) {
            self.queued = false;
            self.show(rest);
            return vec![Effect::CloseWindow];
        }
        if self.queued {
            return self.go_on();
        }
        // A choice that was made already stands.
        if self.screen != rest {
            self.show(rest);
        }
        vec![]
    }

    fn choose_method(&mut self, place: usize) -> Vec<Effect> {
        self.method = Some(place);
        self.values = FieldValues::default();
        self.show(self.start_screen());
        vec![]
    }

    fn choose_account(&mut self, place: usize) -> Vec<Effect> {
        let Some(account) = self.accounts.get(place).cloned() else {
            return vec![];
        };
        self.target = Target::One(account.id.clone());
        self.use_method_of(&account);
        self.account = Some(account);
        self.show(self.rest());
        self.ask_questions().into_iter().collect()
    }

    /// Where the account at hand has to be set up: asks what is to be asked about it.
    fn ask_questions(&mut self) -> Option<Effect> {
        let account = self.account.as_ref().filter(|account| account.pending)?;
        let ask = Effect::AskQuestions(account.id.clone());
        self.questions.clear();
        self.show(Screen::Checking);
        Some(ask)
    }

    fn questions_known(&mut self, questions: Result<Vec<Field>, ApiError>) -> Vec<Effect> {
        if self.screen != Screen::Checking {
            return vec![];
        }
        match questions {
            Ok(questions) => {
                self.questions = questions;
                self.show(Screen::Setup);
                vec![]
            }
            Err(error) => {
                self.fail(&error);
                vec![Effect::TellError(error.code, error.message)]
            }
        }
    }

    fn complete(&mut self, values: FieldValues) -> Vec<Effect> {
        let Some(account) = self.account.as_ref().map(|account| account.id.clone()) else {
            return vec![];
        };
        self.busy = true;
        self.problem = None;
        self.values = values.clone();
        vec![Effect::Complete {
            attempt: self.attempt,
            account,
            values,
        }]
    }

    /// An account is connected anew in the way it was connected.
    fn use_method_of(&mut self, account: &Account) {
        let place = |method: &Method| method.id == account.method;
        self.method = self.methods.iter().position(place).or(self.method);
    }

    pub(super) fn leave_account(&mut self) {
        self.account = None;
        self.target = Target::Meant;
        self.values = FieldValues::default();
        if self.chooses() {
            self.method = None;
        }
    }

    /// Where nothing has to be asked, the press is the one that connects.
    fn press_or_ask(&mut self) -> Vec<Effect> {
        let is_all = |method: &Method| method.window && !method.asks;
        if self.chosen().is_some_and(is_all) && self.start_screen() == Screen::Intro {
            return self.start(FieldValues::default(), Route::Window);
        }
        self.show(self.start_screen());
        vec![]
    }

    /// One more account.
    fn another(&mut self) -> Vec<Effect> {
        self.leave_account();
        self.target = Target::Another;
        self.press_or_ask()
    }

    /// The account that the screen is about, with all that is asked for.
    fn reconnect(&mut self) -> Vec<Effect> {
        let Some(account) = self.account.clone() else {
            return vec![];
        };
        self.target = Target::One(account.id.clone());
        self.use_method_of(&account);
        self.press_or_ask()
    }

    fn user_refused(&mut self, error: ApiError) -> Vec<Effect> {
        self.session = Session::Awaited;
        self.queued = false;
        let tell = Effect::TellError(error.code, error.message.clone());
        self.fail(&error);
        vec![Effect::CloseWindow, tell]
    }

    fn start(&mut self, values: FieldValues, route: Route) -> Vec<Effect> {
        if self.busy {
            return vec![];
        }
        self.attempt += 1;
        self.current = None;
        if self.screen == Screen::Setup {
            return self.complete(values);
        }
        self.values = values;
        self.route = route;
        self.queued = true;
        self.problem = None;
        if !self.opens_window() {
            self.show(Screen::Intro);
            self.busy = true;
            return self.go_on();
        }
        match route {
            Route::Window => {
                self.show(Screen::Waiting);
                vec![Effect::OpenWindow]
            }
            Route::Tab => {
                self.show(Screen::Waiting);
                let mut effects = vec![Effect::AwaitTab];
                effects.extend(self.go_on());
                effects
            }
            // The screen stays until the page is left: what it offers is all there is.
            Route::Here => self.go_on(),
        }
    }

    fn retry(&mut self) -> Vec<Effect> {
        match &self.screen {
            // Whose portal this is was never learned: that is what failed.
            Screen::Trouble(_) if self.session != Session::Known => self.ask(),
            Screen::Trouble(_) if self.account.as_ref().is_some_and(|account| account.pending) => {
                self.ask_questions().into_iter().collect()
            }
            Screen::Trouble(_) if !self.opens_window() => {
                self.show(self.start_screen());
                vec![]
            }
            Screen::Trouble(_) | Screen::Waiting => self.start(self.values.clone(), Route::Window),
            _ => vec![],
        }
    }

    /// Begins what a press asked for, as soon as the session is there.
    fn go_on(&mut self) -> Vec<Effect> {
        if !self.queued || self.session != Session::Known {
            return vec![];
        }
        let Some(method) = self.chosen().map(|method| method.id.clone()) else {
            return vec![];
        };
        self.queued = false;
        vec![Effect::Connect {
            attempt: self.attempt,
            method,
            target: self.target.clone(),
            values: self.values.clone(),
        }]
    }

    fn flow_begun(&mut self, attempt: u32, flow_id: String, ticket: Ticket) -> Vec<Effect> {
        let leaves = self.leaves() && self.in_trouble(TroubleKind::Blocked);
        if attempt != self.attempt || !leaves && self.screen != Screen::Waiting {
            return vec![Effect::CancelFlow(flow_id)];
        }
        if leaves {
            return vec![Effect::LeaveFor { flow_id, ticket }];
        }
        self.current = Some(flow_id.clone());
        self.watched.push(flow_id.clone());
        vec![Effect::Begin { flow_id, ticket }]
    }

    fn found(&mut self, flow_id: String, method: Option<String>) -> Vec<Effect> {
        let named = |known: &Method| Some(&known.id) == method.as_ref();
        self.method = self.methods.iter().position(named).or(self.method);
        self.show(Screen::Waiting);
        self.current = Some(flow_id.clone());
        self.watched.push(flow_id.clone());
        vec![Effect::Follow(flow_id)]
    }

    fn connect_refused(&mut self, attempt: u32, error: ApiError) -> Vec<Effect> {
        if attempt != self.attempt {
            return vec![];
        }
        let tell = Effect::TellError(error.code, error.message.clone());
        if self.screen == Screen::Setup && error.code != ErrorCode::TokenInvalid {
            self.busy = false;
            self.problem = Some(error);
            return vec![tell];
        }
        if error.field.is_some() || !self.opens_window() && error.code != ErrorCode::TokenInvalid {
            self.show(Screen::Intro);
            self.problem = Some(error);
        } else {
            self.fail(&error);
        }
        vec![Effect::CloseWindow, tell]
    }

    fn flow(&mut self, flow_id: String, progress: Progress) -> Vec<Effect> {
        if !self.watches(&flow_id) {
            return vec![];
        }
        let current = self.current.as_deref() == Some(&flow_id);
        let error = match progress {
            Progress::Connected(connection) => {
                self.watched.retain(|watched| *watched != flow_id);
                return self.connected(connection);
            }
            Progress::Pending => {
                if current && self.in_trouble(TroubleKind::Unreachable) {
                    self.show(Screen::Waiting);
                }
                return vec![];
            }
            Progress::Checking => {
                if current && self.screen != Screen::Checking {
                    self.show(Screen::Checking);
                }
                return vec![];
            }
            Progress::Cancelled => None,
            Progress::Expired => Some((ErrorCode::FlowEnded, None)),
            Progress::Failed(error) => Some((error.code, Some(error.message))),
        };
        self.watched.retain(|watched| *watched != flow_id);
        if current {
            self.flow_over(error)
        } else {
            vec![]
        }
    }

    /// The current flow ended without a connection.
    fn flow_over(&mut self, error: Option<(ErrorCode, Option<String>)>) -> Vec<Effect> {
        self.current = None;
        let Some((code, message)) = error else {
            self.show(self.rest());
            return vec![Effect::CloseWindow];
        };
        let Some(message) = message else {
            self.fail(TroubleKind::Expired);
            let told = "The ten minutes to finish went by.".to_owned();
            return vec![Effect::CloseWindow, Effect::TellError(code, told)];
        };
        self.fail(&ApiError::new(code, message.clone()));
        vec![Effect::CloseWindow, Effect::TellError(code, message)]
    }

    fn flow_unreachable(&mut self, flow_id: &str, error: ApiError) -> Vec<Effect> {
        let current = self.current.as_deref() == Some(flow_id);
        match error.code {
            ErrorCode::TokenInvalid | ErrorCode::NotFound | ErrorCode::FlowEnded => {
                self.watched.retain(|watched| watched != flow_id);
                let over = match error.code {
                    ErrorCode::TokenInvalid => (error.code, Some(error.message)),
                    _ => (ErrorCode::FlowEnded, None),
                };
                if current {
                    return self.flow_over(Some(over));
                }
            }
            _ if current && matches!(self.screen, Screen::Waiting | Screen::Checking) => {
                self.fail(TroubleKind::Unreachable);
            }
            _ => {}
        }
        vec![]
    }

    fn connected(&mut self, connection: Connection) -> Vec<Effect> {
        let account = connection.account;
        self.target = Target::One(account.id.clone());
        let is_new = !self.replace(&account);
        self.account = Some(account);
        self.values = FieldValues::default();
        self.current = None;
        // Others that were begun on the way must not replace this account later.
        let others = std::mem::take(&mut self.watched);
        self.show(Screen::Connected);
        // The host page hears of an account that can be used.
        let next = self.ask_questions();
        let next = match next {
            Some(ask) => vec![ask],
            // What the account is set to comes with it; one that was mended keeps its settings.
            None => {
                let ask = if is_new && self.configures {
                    self.ask_settings()
                } else {
                    vec![]
                };
                let tell = Effect::TellConnected(connection.credential);
                std::iter::once(tell).chain(ask).collect()
            }
        };
        let cancel = others.into_iter().map(Effect::CancelFlow);
        std::iter::once(Effect::CloseWindow)
            .chain(cancel)
            .chain(next)
            .collect()
    }

    fn cancel(&mut self) -> Vec<Effect> {
        self.attempt += 1;
        self.queued = false;
        self.current = None;
        let cancelled = std::mem::take(&mut self.watched);
        if self.target == Target::Another && self.lists() {
            self.leave_account();
        }
        self.show(self.rest());
        let cancel = cancelled.into_iter().map(Effect::CancelFlow);
        std::iter::once(Effect::CloseWindow).chain(cancel).collect()
    }
}
