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
        ApiError,
        connect::{AccountChoice, PortalSession, Ticket},
        portal::{Hosted, PortalPage},
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
    /// Of a page by itself.
    pub hosted: Option<Hosted>,
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
    /// Opened by a press from before the page was hydrated.
    pub early: Option<Popup>,
    /// Questions to the host page that have no answer yet.
    pub asked: Asked,
    /// The form of settings, once it is here.
    pub draws_settings: Option<DrawSettings>,
    /// A flow that waits for the window to listen.
    pub begin: Option<(String, Ticket)>,
}

impl Hands {
    pub fn new(page: Option<&PortalPage>) -> Self {
        let hosted = page.and_then(|page| page.hosted.clone());
        let project_id = page.map(|page| page.project_id.clone());
        Self {
            integration_type: page.map_or_else(String::new, |page| page.integration_type.clone()),
            host: page.map_or_else(host::claimed_origin, |page| page.parent_origin.clone()),
            session: PortalSession {
                project_id: project_id.unwrap_or_default(),
                user_token: hosted
                    .as_ref()
                    .map_or_else(String::new, |page| page.user_token.clone()),
                account: AccountChoice::default(),
            },
            renews: false,
            renewal: None,
            unproven: false,
            page: None,
            hosted,
            popup: None,
            tab: false,
            early: None,
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
            Effect::Return => self.go_back(),
        }
    }

    fn go_back(self) {
        let address = self
            .hands
            .with_value(|hands| hands.hosted.as_ref()?.return_url.clone());
        if let Some(address) = address {
            crate::components::browser::go(&address);
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

    /// Listens to the host page and to the window, then says that the page is ready.
    pub fn listen(self, broken: Option<ApiError>) {
        if self.hands.with_value(|hands| hands.hosted.is_some()) {
            messages::listen(self);
            self.send(Event::SessionArrived);
            return;
        }
        let embedded = host::parent().is_some() && self.hands.with_value(|h| h.host.is_some());
        if let Some(error) = broken {
            self.say(&Word::Ready);
            self.say(&Word::Error(error.code, &error.message));
            return;
        }
        if !embedded {
            self.send(Event::Alone);
            return;
        }
        messages::listen(self);
        self.say(&Word::Ready);
        set_timeout(move || self.send(Event::SessionLate), host::SESSION_WITHIN);
    }
}
