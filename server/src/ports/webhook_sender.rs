//! Calls to endpoints of back ends.

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::provider::ProviderError;

/// What an endpoint answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    pub status: u16,
    /// How long it asks to wait (RFC 9110 §10.2.3).
    pub retry_after: Option<Duration>,
    /// Its beginning, at most [`crate::domain::webhook::KEPT_ANSWER`] bytes.
    pub body: Vec<u8>,
}

#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Whether the guard lets the address pass, as far as it shows without a name being looked up.
    fn check(&self, url: &Url) -> Result<(), ProviderError>;
    /// Posts JSON. Redirects are not followed. The head of the answer has
    /// [`crate::domain::webhook::TIMEOUT`] to come, and the beginning of the body two more seconds.
    async fn post(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<WebhookAnswer, ProviderError>;
}
