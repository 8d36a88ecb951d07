//! What an issuer tells of itself (RFC 8414, OpenID Connect Discovery 1.0).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT, HeaderName},
};
use moka::sync::Cache;
use serde_json::Value;
use url::Url;

use super::{
    answer::Answer,
    transport::{Body, Channel, uri},
};
use crate::{domain::definition::Endpoint, ports::provider::ProviderError};

/// Issuers that are kept, and for how long.
const KEPT: u64 = 512;
const LIFE: Duration = Duration::from_secs(3600);

/// Longest address of an endpoint, in bytes.
const MAX_URL: usize = 2000;

const ENDPOINTS: [Endpoint; 4] = [
    Endpoint::Authorization,
    Endpoint::Token,
    Endpoint::Revocation,
    Endpoint::Push,
];

pub struct Discovery {
    known: Cache<String, Arc<Metadata>>,
}

pub struct Metadata {
    endpoints: BTreeMap<&'static str, Url>,
    /// RFC 9207 §3: every callback has an `iss`.
    pub promises_iss: bool,
}

impl Metadata {
    /// None: the issuer has no such endpoint.
    pub fn endpoint(&self, endpoint: Endpoint) -> Option<&Url> {
        self.endpoints.get(endpoint.key())
    }
}

impl Discovery {
    pub fn new() -> Self {
        let known = Cache::builder()
            .max_capacity(KEPT)
            .time_to_live(LIFE)
            .build();
        Self { known }
    }

    /// The metadata of an issuer, to the letter its own; an hour old at most.
    pub async fn of(
        &self,
        channel: &Channel<'_>,
        issuer: &str,
    ) -> Result<Arc<Metadata>, ProviderError> {
        if let Some(known) = self.known.get(issuer) {
            return Ok(known);
        }
        let metadata = Arc::new(fetch(channel, issuer).await?);
        self.known.insert(issuer.to_owned(), metadata.clone());
        Ok(metadata)
    }
}

async fn fetch(channel: &Channel<'_>, issuer: &str) -> Result<Metadata, ProviderError> {
    let base = Url::parse(issuer).map_err(|_| unfit("its issuer is no URL"))?;
    // RFC 8414 §3.1 puts the well-known part before the path, OpenID Connect behind it.
    let path = base.path().trim_end_matches('/');
    let places = [
        format!("/.well-known/oauth-authorization-server{path}"),
        format!("{path}/.well-known/openid-configuration"),
    ];
    let mut last = unfit("it publishes no metadata");
    for place in places {
        let mut url = base.clone();
        url.set_path(&place);
        url.set_query(None);
        let answer = get(channel, &url).await?;
        match (answer.status, &answer.value) {
            (StatusCode::OK, Some(value)) => return read(issuer, &base, value),
            (StatusCode::OK, None) => last = unfit("its metadata is not JSON"),
            (status, _) if status.is_server_error() => {
                last = unfit(&format!("its metadata: status {}", status.as_u16()));
            }
            _ => {}
        }
    }
    Err(last)
}

async fn get(channel: &Channel<'_>, url: &Url) -> Result<Answer, ProviderError> {
    let json: [(HeaderName, HeaderValue); 1] =
        [(ACCEPT, HeaderValue::from_static("application/json"))];
    let mut request = Request::new(Body::EMPTY);
    *request.method_mut() = Method::GET;
    *request.uri_mut() = uri(url)?;
    *request.headers_mut() = HeaderMap::from_iter(json);
    Ok(Answer::new(channel.call(request).await?))
}

fn read(issuer: &str, base: &Url, value: &Value) -> Result<Metadata, ProviderError> {
    if value.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err(unfit("its metadata is of another issuer"));
    }
    let endpoint = |endpoint: Endpoint| {
        let text = value.get(endpoint.key())?.as_str()?;
        let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL)?;
        // No endpoint is less safe than its issuer.
        let safe = url.scheme() == "https" || url.scheme() == base.scheme();
        safe.then_some((endpoint.key(), url))
    };
    let promise = "authorization_response_iss_parameter_supported";
    Ok(Metadata {
        endpoints: ENDPOINTS.into_iter().filter_map(endpoint).collect(),
        promises_iss: value.get(promise).and_then(Value::as_bool) == Some(true),
    })
}

fn unfit(why: &str) -> ProviderError {
    ProviderError::Unavailable(why.to_owned())
}
