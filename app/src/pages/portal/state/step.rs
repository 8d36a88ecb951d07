//! What each event does to the portal.

use super::{Effect, Event, Method, Portal, Route, Screen, Session, Target};
use crate::{
    contract::{ApiError, connect::FieldValues, portal::Field},
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

    pub(super) fn ask(&mut self) -> Vec<Effect> {
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
    pub(super) fn ask_questions(&mut self) -> Option<Effect> {
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

    pub(super) fn complete(&mut self, values: FieldValues) -> Vec<Effect> {
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
    pub(super) fn use_method_of(&mut self, account: &Account) {
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
    pub(super) fn press_or_ask(&mut self) -> Vec<Effect> {
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
}
