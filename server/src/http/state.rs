//! What handlers share.

use std::{ops::Deref, sync::Arc};

use crate::use_cases::Services;

#[derive(Clone)]
pub struct AppState(Arc<Inner>);

pub struct Inner {
    pub services: Arc<Services>,
    /// `/demo` is served.
    pub demo: bool,
}

impl AppState {
    pub fn new(services: Arc<Services>, demo: bool) -> Self {
        Self(Arc::new(Inner { services, demo }))
    }

    /// Cookies carry `Secure` unless the public URL is plain http.
    pub fn secure(&self) -> bool {
        self.services.public_url.scheme() == "https"
    }
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
