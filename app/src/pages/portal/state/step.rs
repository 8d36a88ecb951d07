//! What each event does to the portal.

use super::{Connection, Effect, Event, Portal, Progress, Screen, Session};
use crate::{
    contract::{
        ApiError, ErrorCode,
        connect::{FieldValues, Revocation, Ticket},
    },
    pages::portal::{account::Account, trouble::TroubleKind},
};

impl Portal {
    /// Takes the event in and says what to do, in order.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::SessionArrived => self.ask(),
            Event::SessionLate => self.session_late(),
            Event::Alone => {
                self.fail(TroubleKind::Alone);
                vec![]
            }
            Event::UserKnown(account) => self.user_known(account),
            Event::UserRefused(error) => self.user_refused(error),
            Event::ConnectPressed(values) => self.start(values),
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
            Event::CancelPressed => self.cancel(),
            Event::DisconnectPressed => self.disconnect(),
            Event::DisconnectDone(result) => self.disconnected(result),
            Event::ClosePressed if self.hosted => vec![],
            Event::ReturnPressed => vec![Effect::Return],
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

    fn user_known(&mut self, account: Option<Account>) -> Vec<Effect> {
        self.session = Session::Known;
        let idle = self.screen == Screen::Intro
            || self.in_trouble(TroubleKind::SessionMissing)
            || self.in_trouble(TroubleKind::SessionOver)
            || self.in_trouble(TroubleKind::Unreachable) && self.current.is_none();
        if !idle && !self.queued {
            // A newer token in the middle of something changes nothing on the screen.
            return vec![];
        }
        let connected = account.as_ref().is_some_and(|account| account.valid);
        self.account = account;
        if connected {
            self.queued = false;
            self.show(Screen::Connected);
            return vec![Effect::CloseWindow];
        }
        if self.queued {
            return self.go_on();
        }
        if self.screen != Screen::Intro {
            self.show(Screen::Intro);
        }
        vec![]
    }

    fn user_refused(&mut self, error: ApiError) -> Vec<Effect> {
        self.session = Session::Awaited;
        self.queued = false;
        let tell = Effect::TellError(error.code, error.message.clone());
        self.fail(&error);
        vec![Effect::CloseWindow, tell]
    }

    fn start(&mut self, values: FieldValues) -> Vec<Effect> {
        if self.busy {
            return vec![];
        }
        self.attempt += 1;
        self.current = None;
        self.values = values;
        self.queued = true;
        self.problem = None;
        if self.window {
            self.show(Screen::Waiting);
            vec![Effect::OpenWindow]
        } else {
            self.show(Screen::Intro);
            self.busy = true;
            self.go_on()
        }
    }

    fn retry(&mut self) -> Vec<Effect> {
        match &self.screen {
            // Whose portal this is was never learned: that is what failed.
            Screen::Trouble(_) if self.session != Session::Known => self.ask(),
            Screen::Trouble(_) if !self.window => {
                self.show(Screen::Intro);
                vec![]
            }
            Screen::Trouble(_) | Screen::Waiting => self.start(self.values.clone()),
            _ => vec![],
        }
    }

    /// Begins what a press asked for, as soon as the session is there.
    fn go_on(&mut self) -> Vec<Effect> {
        if !self.queued || self.session != Session::Known {
            return vec![];
        }
        self.queued = false;
        vec![Effect::Connect {
            attempt: self.attempt,
            values: self.values.clone(),
        }]
    }

    fn flow_begun(&mut self, attempt: u32, flow_id: String, ticket: Ticket) -> Vec<Effect> {
        if attempt != self.attempt || self.screen != Screen::Waiting {
            return vec![Effect::CancelFlow(flow_id)];
        }
        self.current = Some(flow_id.clone());
        self.watched.push(flow_id.clone());
        vec![Effect::Begin { flow_id, ticket }]
    }

    fn connect_refused(&mut self, attempt: u32, error: ApiError) -> Vec<Effect> {
        if attempt != self.attempt {
            return vec![];
        }
        let tell = Effect::TellError(error.code, error.message.clone());
        if error.field.is_some() || !self.window && error.code != ErrorCode::TokenInvalid {
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
            self.show(Screen::Intro);
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
        self.account = Some(connection.account);
        self.values = FieldValues::default();
        self.current = None;
        // Others that were begun on the way must not replace this account later.
        let others = std::mem::take(&mut self.watched);
        self.show(Screen::Connected);
        let cancel = others.into_iter().map(Effect::CancelFlow);
        std::iter::once(Effect::CloseWindow)
            .chain(cancel)
            .chain([Effect::TellConnected(connection.credential)])
            .collect()
    }

    fn cancel(&mut self) -> Vec<Effect> {
        self.attempt += 1;
        self.queued = false;
        self.current = None;
        let cancelled = std::mem::take(&mut self.watched);
        self.show(Screen::Intro);
        let cancel = cancelled.into_iter().map(Effect::CancelFlow);
        std::iter::once(Effect::CloseWindow).chain(cancel).collect()
    }

    fn disconnect(&mut self) -> Vec<Effect> {
        if self.screen != Screen::Connected || self.busy {
            return vec![];
        }
        self.busy = true;
        self.problem = None;
        vec![Effect::Disconnect]
    }

    fn disconnected(&mut self, result: Result<Revocation, ApiError>) -> Vec<Effect> {
        match result {
            Ok(revocation) => {
                self.account = None;
                self.show(Screen::Disconnected(revocation));
                vec![Effect::TellDisconnected]
            }
            Err(error) => {
                let tell = Effect::TellError(error.code, error.message.clone());
                if error.code == ErrorCode::TokenInvalid {
                    self.fail(&error);
                } else {
                    self.busy = false;
                    self.problem = Some(error);
                }
                vec![tell]
            }
        }
    }
}
