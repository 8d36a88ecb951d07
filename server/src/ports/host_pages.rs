//! Pages of host applications, as anybody who is not signed in gets them.

use async_trait::async_trait;
use url::Url;

use super::provider::ProviderError;
use crate::domain::embedding::HostPage;

#[async_trait]
pub trait HostPages: Send + Sync {
    /// Follows a few redirects, each judged by the guard. Takes seconds at most, and reads the
    /// beginning of the page only.
    async fn fetch(&self, url: &Url) -> Result<HostPage, ProviderError>;
}
