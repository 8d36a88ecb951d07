//! The access token of an account, for the browser of its own user: file pickers want it. An operator
//! allows it for an integration.

use std::sync::Arc;

use url::Url;

use super::{
    Error, Result, Services,
    credential::{self, Live},
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{secret::Secret, selector::Selector, token_set::CredentialFields},
};

pub struct BrowserToken {
    pub access_token: Secret,
    /// The host of the account's own address, where the provider has one for each.
    pub domain: Option<String>,
}

/// The token, refreshed first if it is due.
pub async fn run(
    services: &Arc<Services>,
    snapshot: &Snapshot,
    set_up: &SetUp,
    user: &EndUser,
    selector: &Selector,
) -> Result<BrowserToken> {
    if !set_up.integration.browser_token {
        return Err(refusal());
    }
    set_up.usable().map_err(Error::Inactive)?;
    let live = credential::usable(services, snapshot, set_up, user, selector).await?;
    let on = On::connection(&set_up.integration.integration_type, &live.connection);
    // With the token a browser can do what the proxy would do for it.
    user.may(Permission::Proxy, on)?;
    let access_token = live.fields.get(CredentialFields::ACCESS_TOKEN);
    let access_token = access_token.cloned().ok_or_else(|| {
        let name = &set_up.definition.name;
        Error::invalid(
            "includeAccountAuth",
            format!("{name} has no access tokens. Call it through the proxy."),
        )
    })?;
    Ok(BrowserToken {
        access_token,
        domain: domain(set_up, &live),
    })
}

pub fn refusal() -> Error {
    Error::invalid(
        "includeAccountAuth",
        "Access tokens are not given out. Call the provider through the proxy.",
    )
}

fn domain(set_up: &SetUp, live: &Live) -> Option<String> {
    let base = &set_up.definition.api_base_url;
    if !base.0.contains("${") {
        return None;
    }
    let value = |name: &str| live.connection.metadata.get(name).map(String::as_str);
    let url = Url::parse(&base.render_url(value).ok()?).ok()?;
    url.host_str().map(str::to_owned)
}
