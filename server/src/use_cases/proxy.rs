//! A call to a connected account, with its credential injected.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::{
    Error, Result, Services,
    connect::signing_client,
    credential::{self, Live},
    refresh,
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::{
        EndUser,
        permissions::{On, Permission},
    },
    domain::{secret::Secret, selector::Selector},
    ports::provider::{Incoming, Outgoing, OutgoingBody, ProviderError, Target},
};

/// Where a call goes.
pub struct Addressee<'a> {
    pub integration_type: &'a str,
    pub selector: &'a Selector,
    /// Stands in for the request's path and query: a path, or a whole URL below the provider's base.
    pub url: Option<&'a str>,
}

/// Forwards a request. A 401 leads to one refresh and, where the body is at hand, one retry.
pub async fn run(
    services: &Arc<Services>,
    snapshot: &Snapshot,
    user: &EndUser,
    to: Addressee<'_>,
    mut request: Outgoing,
) -> Result<Incoming> {
    let set_up = snapshot.usable(to.integration_type)?;
    let live = credential::usable(services, snapshot, set_up, user, to.selector).await?;
    let on = On::connection(to.integration_type, &live.connection);
    user.may(Permission::Proxy, on)?;
    if let Some(url) = to.url {
        request.path_and_query = below_base(set_up, &live, url)?;
    }
    // Only what a refresh can mend is worth a copy.
    let again = if has_refresh(set_up, &live) {
        Repeatable::of(&request)
    } else {
        None
    };
    let answer = send(services, set_up, &live, request).await?;
    if answer.status != StatusCode::UNAUTHORIZED || !is_renewable(services, set_up, &live) {
        return Ok(answer);
    }
    let renewed = refresh::run(services, set_up, &live).await?;
    match again {
        Some(again) => send(services, set_up, &renewed, again.request()).await,
        None => Ok(answer),
    }
}

/// Path and query of `url` below the provider's base address.
fn below_base(set_up: &SetUp, live: &Live, url: &str) -> Result<String> {
    if !url.contains("://") {
        return Ok(url.trim_start_matches('/').to_owned());
    }
    let value = |name: &str| {
        let field = live.fields.get(name).map(Secret::expose);
        field.or_else(|| live.connection.metadata.get(name).map(String::as_str))
    };
    let base = set_up
        .definition
        .api_base_url
        .render_url(value)
        .map_err(|error| ProviderError::Refused(format!("its address lacks a value: {error}")))?;
    rest_below(&base, url).ok_or_else(|| {
        let name = &set_up.definition.name;
        Error::invalid(
            "X-Paragon-Proxy-Url",
            format!("Give a path, or a URL below the address of {name}'s API."),
        )
    })
}

fn rest_below(base: &str, url: &str) -> Option<String> {
    let (base, url) = (Url::parse(base).ok()?, Url::parse(url).ok()?);
    if url.origin() != base.origin() || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let rest = url.path().strip_prefix(base.path().trim_end_matches('/'))?;
    let rest = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
    Some(match url.query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    })
}

fn has_refresh(set_up: &SetUp, live: &Live) -> bool {
    let auth = set_up.definition.auth_of(&live.connection);
    auth.is_renewable(&live.fields)
}

fn is_renewable(services: &Services, set_up: &SetUp, live: &Live) -> bool {
    has_refresh(set_up, live) && services.caches.refreshes.may_force(live.connection.id)
}

async fn send(
    services: &Services,
    set_up: &SetUp,
    live: &Live,
    request: Outgoing,
) -> Result<Incoming> {
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.auth_of(&live.connection),
        metadata: &live.connection.metadata,
    };
    let client = signing_client(services, set_up, target.auth, &live.fields)?;
    Ok(services
        .providers
        .forward(target, &client, &live.fields, request)
        .await?)
}

/// A request whose body can be sent twice.
struct Repeatable {
    method: Method,
    path_and_query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Repeatable {
    fn of(request: &Outgoing) -> Option<Self> {
        match &request.body {
            OutgoingBody::Buffered(body) => Some(Self {
                method: request.method.clone(),
                path_and_query: request.path_and_query.clone(),
                headers: request.headers.clone(),
                body: body.clone(),
            }),
            OutgoingBody::Stream(..) => None,
        }
    }

    fn request(self) -> Outgoing {
        Outgoing {
            method: self.method,
            path_and_query: self.path_and_query,
            headers: self.headers,
            body: OutgoingBody::Buffered(self.body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rest_below;

    #[test]
    fn a_url_below_the_base_becomes_its_path() {
        let below = |url| rest_below("https://api.acme.com/v1", url);
        assert_eq!(
            below("https://api.acme.com/v1/a%2Fb?c=1").as_deref(),
            Some("a%2Fb?c=1")
        );
        assert_eq!(below("https://api.acme.com:443/v1").as_deref(), Some(""));
        assert_eq!(below("https://api.acme.com/v1/../v2/x"), None);
        assert_eq!(below("https://api.acme.com/v12/x"), None);
        assert_eq!(below("http://api.acme.com/v1/x"), None);
        assert_eq!(below("https://api.acme.com.evil.com/v1/x"), None);
        assert_eq!(below("https://me@api.acme.com/v1/x"), None);
        assert_eq!(below("https://evil.com/https://api.acme.com/v1/x"), None);
    }
}
