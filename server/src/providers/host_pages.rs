//! Pages of host applications, by HTTP.

use std::time::Duration;

use async_trait::async_trait;
use http::{
    Request,
    header::{ACCEPT, HeaderValue, LOCATION},
    response::Parts,
};
use http_body_util::BodyExt;
use url::Url;

use super::{
    egress::Egress,
    transport::{Answer, Body, Timeouts, Transport, broken, late, uri},
};
use crate::{
    domain::embedding::HostPage,
    ports::{host_pages::HostPages, provider::ProviderError},
};

/// Somebody looks at the page that asks.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(3),
    call: Duration::from_secs(8),
    head: Duration::from_secs(8),
};

const MAX_REDIRECTS: usize = 5;
/// A policy in the page stands in its head. In bytes.
const READ: usize = 256 * 1024;

pub struct HttpHostPages {
    transport: Transport,
}

impl HttpHostPages {
    pub fn new(egress: Egress) -> Self {
        Self {
            transport: Transport::new(egress, TIMEOUTS),
        }
    }

    async fn follow(&self, url: &Url) -> Result<HostPage, ProviderError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = Request::new(Body::EMPTY);
            *request.uri_mut() = uri(&url)?;
            let html = HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8");
            request.headers_mut().insert(ACCEPT, html);
            let (parts, body) = self.transport.send(request).await?.into_parts();
            match next(&parts, &url) {
                Some(next) => url = next,
                None => return page(url, &parts, body).await,
            }
        }
        let reason = format!("it redirects more than {MAX_REDIRECTS} times");
        Err(ProviderError::Refused(reason))
    }
}

/// Where a redirect leads.
fn next(parts: &Parts, from: &Url) -> Option<Url> {
    let location = parts.headers.get(LOCATION)?.to_str().ok()?;
    parts
        .status
        .is_redirection()
        .then(|| from.join(location).ok())?
}

async fn page(url: Url, parts: &Parts, mut body: Answer) -> Result<HostPage, ProviderError> {
    let mut read = Vec::new();
    while read.len() < READ {
        let Some(frame) = body.frame().await else {
            break;
        };
        if let Ok(data) = frame.map_err(|_| broken())?.into_data() {
            read.extend_from_slice(&data);
        }
    }
    read.truncate(READ);
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(HostPage {
        url,
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&read).into_owned(),
    })
}

#[async_trait]
impl HostPages for HttpHostPages {
    async fn fetch(&self, url: &Url) -> Result<HostPage, ProviderError> {
        let within = tokio::time::timeout(TIMEOUTS.call, self.follow(url)).await;
        within.unwrap_or_else(|_| Err(late()))
    }
}
