//! Where browsers reach the server, remembered for commands that print its URLs.

use url::Url;

use super::Result;
use crate::ports::store::Store;

const SETTING: &str = "public_url";

/// What the server that started last said.
pub async fn recall(store: &dyn Store) -> Result<Option<Url>> {
    let stored = store.read().await?.settings().lookup(SETTING).await?;
    Ok(stored.and_then(|bytes| Url::parse(std::str::from_utf8(&bytes).ok()?).ok()))
}

/// Says it for this server.
pub async fn remember(store: &dyn Store, url: &Url) -> Result<()> {
    let mut work = store.begin().await?;
    work.settings()
        .put(SETTING, url.as_str().as_bytes())
        .await?;
    work.commit().await?;
    Ok(())
}
