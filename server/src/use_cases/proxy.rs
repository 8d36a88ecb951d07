//! A call to a connected account, with its credential injected.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::{
    Result, Services,
    credential::{self, Live},
    refresh,
    snapshot::{SetUp, Snapshot},
};
use crate::{
    access::EndUser,
    domain::{definition::AuthKind, selector::Selector, token_set::CredentialFields},
    ports::provider::{Incoming, Outgoing, OutgoingBody, Target},
};

/// Forwards a request. A 401 leads to one refresh and, where the body is at hand, one retry.
pub async fn run(
    services: &Arc<Services>,
    snapshot: &Snapshot,
    user: &EndUser,
    integration_type: &str,
    selector: &Selector,
    request: Outgoing,
) -> Result<Incoming> {
    let set_up = snapshot.usable(integration_type)?;
    let live = credential::usable(services, snapshot, set_up, user, selector).await?;
    let again = Repeatable::of(&request);
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

fn is_renewable(services: &Services, set_up: &SetUp, live: &Live) -> bool {
    matches!(set_up.definition.default_auth().kind, AuthKind::OAuth2(_))
        && live.fields.get(CredentialFields::REFRESH_TOKEN).is_some()
        && services.caches.refreshes.may_force(live.connection.id)
}

async fn send(
    services: &Services,
    set_up: &SetUp,
    live: &Live,
    request: Outgoing,
) -> Result<Incoming> {
    let target = Target {
        definition: &set_up.definition,
        auth: set_up.definition.default_auth(),
        metadata: &live.connection.metadata,
    };
    Ok(services
        .providers
        .forward(target, &live.fields, request)
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
