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
    state::{Event, Method, Portal},
    view::DrawSettings,
};
use crate::contract::{
    ApiError,
    portal::{ConnectMethod, PortalPage},
};

/// The portal at work; a copy is a handle to the same one. On the server it only holds the state.
#[derive(Clone, Copy)]
pub struct Driver {
    pub portal: RwSignal<Portal>,
    #[cfg(feature = "hydrate")]
    hands: StoredValue<hands::Hands, LocalStorage>,
}

impl Driver {
    pub fn new(boot: &Result<PortalPage, ApiError>) -> Self {
        let portal = match boot {
            Ok(page) => {
                let mut portal = Portal::new(page.methods.iter().map(method).collect());
                portal.hosted = page.hosted.is_some();
                portal.configures = page.settings;
                portal
            }
            Err(error) => Portal::broken(error),
        };
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
        String::new()
    }

    /// None until it is here. The server has no settings to draw.
    #[cfg(feature = "hydrate")]
    pub fn draws_settings(self) -> Option<DrawSettings> {
        self.hands.with_value(|hands| hands.draws_settings)
    }

    #[cfg(not(feature = "hydrate"))]
    pub fn draws_settings(self) -> Option<DrawSettings> {
        None
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
    pub fn start(self, broken: Option<ApiError>) {
        self.listen(broken);
        keys::listen(self);
        early::take_over(self);
    }

    #[cfg(not(feature = "hydrate"))]
    pub fn start(self, _broken: Option<ApiError>) {}
}

fn method(method: &ConnectMethod) -> Method {
    Method {
        id: method.id.clone(),
        window: method.window,
        asks: !method.fields.is_empty(),
    }
}
