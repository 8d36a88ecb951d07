//! What the driver holds while it works, and how it does each effect.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{
    Driver,
    host::{self, Word},
    messages,
    popup::{self, Popup},
    renewal::Renewal,
    settings::Asked,
};
use crate::{
    contract::{
        connect::{AccountChoice, PortalSession, Ticket},
        portal::PortalPage,
    },
    pages::portal::{
        state::{Effect, Event},
        view::DrawSettings,
    },
};

const LEAVE_WITHIN: Duration = Duration::from_millis(300);

/// The token is in memory, here and nowhere else.
pub struct Hands {
    pub integration_type: String,
    /// The page is one by itself.
    pub hosted: bool,
    /// The host page's origin; without it the portal talks to nobody.
    pub host: Option<String>,
    pub session: PortalSession,
    /// Whether the host page can be asked for a new token.
    pub renews: bool,
    /// Under way.
    pub renewal: Option<Renewal>,
    /// The token is a new one that no call has passed with yet: none newer is asked for.
    pub unproven: bool,
    /// The host page's address, where it can be left.
    pub page: Option<String>,
    pub popup: Option<Popup>,
    /// A link has opened the window, which has not been heard yet.
    pub tab: bool,
    /// Questions to the host page that have no answer yet.
    pub asked: Asked,
    /// The form of settings, once it is here.
    pub draws_settings: Option<DrawSettings>,
    /// A flow that waits for the window to listen.
    pub begin: Option<(String, Ticket)>,
}

impl Hands {
    pub fn new(page: Option<&PortalPage>) -> Self {
        let hosted = page.and_then(|page| page.hosted.as_ref());
        let project_id = page.map(|page| page.project_id.clone());
        Self {
            integration_type: page.map_or_else(String::new, |page| page.integration_type.clone()),
            host: page.map_or_else(host::claimed_origin, |page| page.parent_origin.clone()),
            session: PortalSession {
                project_id: project_id.unwrap_or_default(),
                user_token: hosted.map_or_else(String::new, |page| page.user_token.clone()),
                account: AccountChoice::default(),
            },
            renews: false,
            renewal: None,
            unproven: false,
            page: None,
            hosted: hosted.is_some(),
            popup: None,
            tab: false,
            asked: Asked::default(),
            draws_settings: None,
            begin: None,
        }
    }
}

impl Driver {
    pub fn perform(self, effect: Effect) {
        match effect {
            Effect::Authenticate => spawn_local(self.authenticate()),
            Effect::OpenWindow => self.open_popup(),
            Effect::CloseWindow => self.close_popup(),
            Effect::AwaitTab => self.await_tab(),
            // Behind `#` it is in no log and no `Referer`.
            Effect::LeaveFor { flow_id, ticket } => {
                let path = format!("{}#{flow_id}.{}", popup::handoff(), ticket.0);
                self.say(&Word::Redirect(&path));
            }
            Effect::Connect {
                attempt,
                method,
                target,
                values,
            } => spawn_local(self.connect(attempt, method, target, values)),
            Effect::Begin { flow_id, ticket } => {
                self.hands
                    .update_value(|hands| hands.begin = Some((flow_id.clone(), ticket)));
                popup::hand_over(self);
                self.follow(flow_id);
            }
            Effect::CancelFlow(flow_id) => spawn_local(self.cancel(flow_id)),
            Effect::AskQuestions(account) => spawn_local(self.questions(account)),
            Effect::AskSettings(account) => spawn_local(self.account_settings(account)),
            Effect::SaveSettings { account, values } => {
                spawn_local(self.save_settings(account, values));
            }
            Effect::TellConfigured(credential) => self.say(&Word::Configured(&credential)),
            Effect::Complete {
                attempt,
                account,
                values,
            } => spawn_local(self.complete(attempt, account, values)),
            Effect::Disconnect(account) => spawn_local(self.disconnect(account)),
            Effect::TellConnected(credential) => self.say(&Word::Connected(&credential)),
            Effect::TellDisconnected => self.say(&Word::Disconnected),
            Effect::TellError(code, message) => self.say(&Word::Error(code, &message)),
            Effect::Leave(flows) => self.leave(flows),
            Effect::Follow(flow_id) => self.follow(flow_id),
        }
    }

    pub fn session(self) -> PortalSession {
        self.hands.with_value(|hands| hands.session.clone())
    }

    /// Closing the frame would cut the calls off, so they go first; the page does not wait long.
    fn leave(self, flows: Vec<String>) {
        if !flows.is_empty() {
            set_timeout(move || self.say(&Word::Close), LEAVE_WITHIN);
        }
        spawn_local(async move {
            for flow_id in flows {
                self.cancel(flow_id).await;
            }
            self.say(&Word::Close);
        });
    }

    pub fn say(self, word: &Word<'_>) {
        self.hands.with_value(|hands| {
            if let Some(origin) = &hands.host {
                host::say(origin, word);
            }
        });
    }

    /// Listens to the host page and to the window. The early script has said that the page is ready,
    /// and what is wrong with it.
    pub fn listen(self, broken: bool) {
        if self.hands.with_value(|hands| hands.hosted) {
            messages::listen(self);
            self.send(Event::SessionArrived);
            return;
        }
        if broken {
            return;
        }
        if host::parent().is_none() || self.hands.with_value(|hands| hands.host.is_none()) {
            self.send(Event::Alone);
            return;
        }
        messages::listen(self);
        set_timeout(move || self.send(Event::SessionLate), host::SESSION_WITHIN);
    }
}
