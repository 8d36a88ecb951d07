//! How the server does each effect, for one press.

mod settings;

use std::collections::VecDeque;

use super::Led;
use crate::{
    api::SharedApi,
    contract::{
        ApiError, ErrorCode,
        connect::{ConnectOutcome, FieldValues, FlowStatus, PortalSession},
        plain::{PlainPress, PlainWord},
        portal::PortalPage,
        user::Credential,
    },
    pages::portal::{
        account::{self, Account},
        driver::machine,
        state::{Connection, Effect, Event, Press, Progress, Screen, Target, Word},
    },
};

pub struct Hands<'a> {
    api: &'a SharedApi,
    session: PortalSession,
    page: &'a PortalPage,
    flow_id: Option<String>,
    return_url: Option<String>,
    same_tab: bool,
    pub led: Led,
}

impl<'a> Hands<'a> {
    pub fn new(
        api: &'a SharedApi,
        session: PortalSession,
        page: &'a PortalPage,
        pressed: &PlainPress,
        same_tab: bool,
    ) -> Self {
        let mut portal = machine(page);
        portal.can_leave = pressed.return_url.is_some() && !same_tab;
        Self {
            api,
            session,
            page,
            flow_id: pressed.flow_id.clone(),
            return_url: pressed.return_url.clone(),
            same_tab,
            led: Led::new(portal),
        }
    }

    /// Takes the place of the press.
    pub async fn stand(&mut self, press: &Press) {
        if let Some(event) = self.led.portal.stand(press) {
            self.run(event).await;
            self.led.portal.choose(press);
        }
    }

    /// What the press means where the page stands.
    pub async fn press(&mut self, press: &Press, values: FieldValues) {
        match press.word {
            Word::Choices | Word::Save => return self.fill_in(press.word, values).await,
            Word::Settings => return self.run(Event::SettingsPressed).await,
            _ => {}
        }
        // Whoever is further has read what stands before.
        self.led.portal.instructs &= press.word.is_before();
        let place = self.led.portal.chosen_place().unwrap_or_default();
        self.led.portal.values = values.clone();
        let event = match press.word {
            // Taking its place led there.
            Word::Look | Word::Account | Word::Watch | Word::Leave => return,
            Word::Choices | Word::Save | Word::Settings => return,
            Word::Method => Event::MethodPressed(place),
            Word::OtherWay => Event::OtherWayPressed,
            Word::Instructed => Event::InstructionRead,
            Word::Accounts => Event::AccountsPressed,
            Word::Another => Event::AnotherPressed,
            Word::Connect => Event::ConnectPressed(values),
            Word::Reconnect => Event::ReconnectPressed,
            Word::Retry if self.led.portal.can_retry() => Event::ConnectPressed(values),
            Word::Retry if press.target == Target::Meant => return,
            Word::Retry => Event::MethodPressed(place),
            Word::Tab => Event::TabPressed,
            Word::Here => {
                self.run(Event::WindowBlocked).await;
                Event::HerePressed
            }
            Word::Cancel => {
                if let Some(flow_id) = self.flow_id.clone() {
                    self.cancel(flow_id).await;
                }
                Event::CancelPressed
            }
            Word::Disconnect => Event::DisconnectPressed,
            Word::Blocked => Event::WindowBlocked,
            Word::Closed => {
                self.led.portal.screen = Screen::Waiting;
                Event::WindowClosed
            }
        };
        self.run(event).await;
    }

    /// Asks where the flow stands, and first whether there is anything new.
    pub async fn watch(&mut self, press: &Press) {
        let Some(flow_id) = self.flow_id.clone() else {
            return;
        };
        let status = self.api.flow_status(self.session.clone(), flow_id.clone());
        let progress = status.await.map(progress);
        if matches!(progress, Ok(Progress::Pending)) && !self.same_tab {
            self.led.still = true;
            return;
        }
        self.run(Event::SessionArrived).await;
        if self.led.user.is_none() {
            return;
        }
        self.stand(press).await;
        if self.same_tab && self.led.is_connected() {
            // By another attempt, whatever came of this one.
            if matches!(progress, Ok(Progress::Connected(_))) {
                self.ask_once().await;
            }
            return;
        }
        let found = Event::FlowFound {
            flow_id: flow_id.clone(),
            method: press.method.clone(),
        };
        self.run(found).await;
        self.run(match progress {
            Ok(progress) => Event::Flow { flow_id, progress },
            Err(error) => Event::FlowUnreachable { flow_id, error },
        })
        .await;
    }

    /// Takes the event in, and does what follows until nothing does.
    pub async fn run(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.led.portal.step(event) {
                events.extend(self.perform(effect).await);
            }
        }
    }

    async fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Authenticate => Some(self.authenticate().await),
            // The browser has opened it in the press.
            Effect::OpenWindow => Some(Event::WindowOpened),
            Effect::Connect {
                attempt,
                method,
                target,
                values,
            } => Some(self.connect(attempt, method, target, values).await),
            Effect::Begin { flow_id, ticket } => {
                self.led.begin = Some((flow_id, ticket));
                None
            }
            Effect::LeaveFor { flow_id, ticket } => {
                self.led.begin = Some((flow_id, ticket));
                self.led.leaves = true;
                None
            }
            Effect::CancelFlow(flow_id) => {
                self.cancel(flow_id).await;
                None
            }
            Effect::AskQuestions(account) => {
                let asked = self.api.setup_questions(self.session.clone(), account);
                Some(Event::QuestionsKnown(asked.await))
            }
            Effect::Complete {
                attempt,
                account,
                values,
            } => {
                let done = self
                    .api
                    .complete_setup(self.session.clone(), account, values);
                Some(connected(attempt, done.await))
            }
            Effect::Disconnect(account) => {
                let session = self.about(Target::One(account));
                let integration = self.page.integration_type.clone();
                let done = self.api.disconnect(session, integration).await;
                Some(Event::DisconnectDone(done.map(|done| done.revocation)))
            }
            Effect::TellConnected(credential) => self.tell(PlainWord::Connected {
                // It was written a moment ago.
                credential: serde_json::from_str(&credential).unwrap_or_default(),
            }),
            Effect::TellDisconnected => self.tell(PlainWord::Disconnected),
            Effect::TellError(code, message) => {
                self.led.over |= code == ErrorCode::TokenInvalid;
                self.tell(PlainWord::Error { code, message })
            }
            Effect::AskSettings(account) => Some(self.ask_settings(account).await),
            Effect::SaveSettings { account, values } => {
                Some(self.save_settings(account, values).await)
            }
            Effect::TellConfigured(credential) => self.tell(PlainWord::Configured {
                credential: serde_json::from_str(&credential).unwrap_or_default(),
            }),
            // The browser closes its window, waits for its tab and follows its flow by itself; there is
            // nothing to leave.
            Effect::CloseWindow | Effect::AwaitTab | Effect::Follow(_) | Effect::Leave(_) => None,
        }
    }

    fn tell(&mut self, told: PlainWord) -> Option<Event> {
        self.led.told.push(told);
        None
    }

    fn about(&self, target: Target) -> PortalSession {
        PortalSession {
            account: target.choice(self.session.account.clone()),
            ..self.session.clone()
        }
    }

    async fn authenticate(&mut self) -> Event {
        match self.api.authenticate(self.session.clone()).await {
            Ok(user) => {
                let choice = &self.session.account;
                let accounts = account::meant(&user, &self.page.integration_type, choice);
                self.led.user = Some(user);
                Event::UserKnown {
                    accounts,
                    more: choice.allow_multiple_credentials,
                }
            }
            Err(error) => Event::UserRefused(error),
        }
    }

    async fn connect(
        &mut self,
        attempt: u32,
        method: String,
        target: Target,
        values: FieldValues,
    ) -> Event {
        let leaves = self.same_tab || self.led.portal.leaves();
        let return_url = self.return_url.clone().filter(|_| leaves);
        let session = self.about(target);
        let integration = self.page.integration_type.clone();
        let outcome = self
            .api
            .connect(session, integration, method, values, return_url);
        connected(attempt, outcome.await)
    }

    /// A flow that cannot be cancelled runs out by itself.
    async fn cancel(&self, flow_id: String) {
        let _ = self.api.cancel_flow(self.session.clone(), flow_id).await;
    }
}

fn connected(attempt: u32, outcome: Result<ConnectOutcome, ApiError>) -> Event {
    match outcome {
        Ok(ConnectOutcome::Window { flow_id, ticket }) => Event::FlowBegun {
            attempt,
            flow_id,
            ticket,
        },
        Ok(ConnectOutcome::Connected { credential }) => Event::KeyAccepted(connection(&credential)),
        Err(error) => Event::ConnectRefused { attempt, error },
    }
}

fn connection(credential: &Credential) -> Connection {
    Connection {
        account: Account::from(credential),
        // A credential is plain data.
        credential: serde_json::to_string(credential).unwrap_or_default(),
    }
}

fn progress(status: FlowStatus) -> Progress {
    match status {
        FlowStatus::Pending => Progress::Pending,
        FlowStatus::Checking => Progress::Checking,
        FlowStatus::Connected { credential } => Progress::Connected(connection(&credential)),
        FlowStatus::Failed { code, message } => Progress::Failed(ApiError::new(code, message)),
        FlowStatus::Expired => Progress::Expired,
        FlowStatus::Cancelled => Progress::Cancelled,
    }
}
