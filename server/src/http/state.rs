//! What handlers share.

use std::{ops::Deref, sync::Arc};

use super::limits::{Limits, Rates};
use crate::use_cases::Services;

#[derive(Clone)]
pub struct AppState(Arc<Inner>);

pub struct Inner {
    pub services: Arc<Services>,
    pub limits: Limits,
    /// `/demo` is served.
    pub demo: bool,
}

impl AppState {
    /// Without limits.
    pub fn new(services: Arc<Services>, demo: bool) -> Self {
        Self::limited(services, demo, Rates::default())
    }

    pub fn limited(services: Arc<Services>, demo: bool, rates: Rates) -> Self {
        Self(Arc::new(Inner {
            services,
            limits: Limits::new(rates),
            demo,
        }))
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
