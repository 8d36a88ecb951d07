//! An attempt to connect: from the press to the account, or to what came between.

use super::{Connection, Effect, Method, Portal, Progress, Route, Screen, Session, Target};
use crate::{
    contract::{
        ApiError, ErrorCode,
        connect::{FieldValues, Ticket},
    },
    pages::portal::trouble::TroubleKind,
};

impl Portal {
    pub(super) fn start(&mut self, values: FieldValues, route: Route) -> Vec<Effect> {
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

    pub(super) fn retry(&mut self) -> Vec<Effect> {
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
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
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

    pub(super) fn flow_begun(
        &mut self,
        attempt: u32,
        flow_id: String,
        ticket: Ticket,
    ) -> Vec<Effect> {
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

    pub(super) fn found(&mut self, flow_id: String, method: Option<String>) -> Vec<Effect> {
        let named = |known: &Method| Some(&known.id) == method.as_ref();
        self.method = self.methods.iter().position(named).or(self.method);
        self.show(Screen::Waiting);
        self.current = Some(flow_id.clone());
        self.watched.push(flow_id.clone());
        vec![Effect::Follow(flow_id)]
    }

    pub(super) fn connect_refused(&mut self, attempt: u32, error: ApiError) -> Vec<Effect> {
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

    pub(super) fn flow(&mut self, flow_id: String, progress: Progress) -> Vec<Effect> {
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
    pub(super) fn flow_over(&mut self, error: Option<(ErrorCode, Option<String>)>) -> Vec<Effect> {
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

    pub(super) fn flow_unreachable(&mut self, flow_id: &str, error: ApiError) -> Vec<Effect> {
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

    pub(super) fn connected(&mut self, connection: Connection) -> Vec<Effect> {
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

    pub(super) fn cancel(&mut self) -> Vec<Effect> {
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
