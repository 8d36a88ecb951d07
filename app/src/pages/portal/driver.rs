//! Does what the state machine says: calls the server, opens the window, talks to the host page.

#[cfg(feature = "hydrate")]
mod ask;
#[cfg(feature = "hydrate")]
mod call;
#[cfg(feature = "hydrate")]
mod early;
#[cfg(feature = "hydrate")]
mod flow;
#[cfg(feature = "hydrate")]
mod hands;
#[cfg(feature = "hydrate")]
mod host;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod messages;
#[cfg(feature = "hydrate")]
mod popup;
#[cfg(feature = "hydrate")]
mod renewal;
#[cfg(feature = "hydrate")]
mod settings;
#[cfg(feature = "hydrate")]
pub mod wire;

use leptos::prelude::*;

use super::{
    account::Account,
    state::{Event, Method, Portal},
    view::DrawSettings,
};
use crate::contract::{
    ApiError,
    portal::{ConnectMethod, PortalPage},
};

/// A machine that has come further than a page begins with; the server provides it by context.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct Standing {
    pub portal: Portal,
    /// What goes with it, where it stands at the settings of an account.
    pub filled: super::plain::Filled,
}

/// The portal at work; a copy is a handle to the same one. On the server it only holds the state.
#[derive(Clone, Copy)]
pub struct Driver {
    pub portal: RwSignal<Portal>,
    #[cfg(feature = "hydrate")]
    hands: StoredValue<hands::Hands, LocalStorage>,
}

impl Driver {
    /// `accounts`: those that the document tells of. A page that does not know of any begins without.
    pub fn new(boot: &Result<PortalPage, ApiError>, accounts: Vec<Account>) -> Self {
        let mut portal = match boot {
            Ok(page) => machine(page),
            Err(error) => Portal::broken(error),
        };
        if !accounts.is_empty() {
            let more = false;
            // They are connected: the page only shows them.
            portal.step(Event::UserKnown { accounts, more });
        }
        #[cfg(feature = "ssr")]
        if let Some(standing) = use_context::<Standing>() {
            portal = standing.portal;
        }
        Self {
            portal: RwSignal::new(portal),
            #[cfg(feature = "hydrate")]
            hands: StoredValue::new_local(hands::Hands::new(boot.as_ref().ok())),
        }
    }

    /// Where a window of a flow begins. Only a page in a browser leads there.
    #[cfg(feature = "hydrate")]
    pub fn window_page(self) -> String {
        popup::page()
    }

    #[cfg(not(feature = "hydrate"))]
    pub fn window_page(self) -> String {
        #[cfg(feature = "ssr")]
        let language = use_context::<super::language::Language>().unwrap_or_default();
        #[cfg(feature = "ssr")]
        return format!("/connect/window?lang={}", language.tag());
        #[cfg(not(feature = "ssr"))]
        String::new()
    }

    /// How a form of the page is sent where no machine runs: to the page itself, where it has the
    /// person's session. In a frame it is sent nowhere, and the early script takes it.
    pub fn method(self) -> &'static str {
        if self.portal.with_untracked(|portal| portal.hosted) {
            "post"
        } else {
            "dialog"
        }
    }

    /// What the button of an event sends then.
    #[cfg(feature = "ssr")]
    pub fn press(self, event: &Event) -> Option<String> {
        self.portal
            .with_untracked(|portal| portal.press(event))
            .map(|press| press.text())
    }

    /// The machine takes its presses by itself.
    #[cfg(not(feature = "ssr"))]
    pub fn press(self, _event: &Event) -> Option<String> {
        None
    }

    /// What the early script has to do in the press itself.
    #[cfg(feature = "ssr")]
    pub fn early(self, event: &Event) -> Option<&'static str> {
        let opens = self.portal.with_untracked(|portal| portal.opens(event));
        match event {
            Event::ClosePressed => Some("close"),
            Event::TabPressed => Some("tab"),
            _ => opens.then_some("open"),
        }
    }

    #[cfg(not(feature = "ssr"))]
    pub fn early(self, _event: &Event) -> Option<&'static str> {
        None
    }

    /// None until it is here.
    #[cfg(feature = "hydrate")]
    pub fn draws_settings(self) -> Option<DrawSettings> {
        self.hands.with_value(|hands| hands.draws_settings)
    }

    /// The server draws them into the document.
    #[cfg(not(feature = "hydrate"))]
    pub fn draws_settings(self) -> Option<DrawSettings> {
        Some(())
    }

    /// Takes an event in, and does at once what follows from it.
    pub fn send(self, event: Event) {
        let effects = self.portal.try_update(|portal| portal.step(event));
        #[cfg(feature = "hydrate")]
        for effect in effects.into_iter().flatten() {
            self.perform(effect);
        }
        #[cfg(not(feature = "hydrate"))]
        drop(effects);
    }

    /// Wakes the page once it is hydrated.
    #[cfg(feature = "hydrate")]
    pub fn start(self, broken: bool) {
        self.listen(broken);
        keys::listen(self);
        early::take_over(self);
        if let Some(root) = document().document_element() {
            // What only the machine can do shows from here on. The name is a valid one.
            let _ = root.set_attribute("data-awake", "");
        }
    }

    #[cfg(not(feature = "hydrate"))]
    pub fn start(self, _broken: bool) {}
}

/// The machine as the page begins with it.
pub fn machine(page: &PortalPage) -> Portal {
    let mut portal = Portal::new(page.methods.iter().map(method).collect());
    portal.hosted = page.hosted.is_some();
    portal.configures = page.settings;
    if page.package_url.is_some() {
        portal.instruct();
    }
    portal
}

fn method(method: &ConnectMethod) -> Method {
    Method {
        id: method.id.clone(),
        window: method.window,
        asks: !method.fields.is_empty(),
    }
}
