//! Endpoints of back ends, by HTTP.

use std::time::Duration;

use async_trait::async_trait;
use http::{
    HeaderValue, Method, Request,
    header::{CONTENT_TYPE, HeaderName},
};
use http_body_util::BodyExt;
use url::Url;

use super::{
    answer::retry_after,
    egress::Egress,
    transport::{Answer, Body, Timeouts, Transport, late, uri},
};
use crate::{
    domain::webhook::{KEPT_ANSWER, TIMEOUT},
    ports::{
        provider::ProviderError,
        webhook_sender::{WebhookAnswer, WebhookSender},
    },
};

const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    call: TIMEOUT,
    head: TIMEOUT,
};

/// How long the beginning of a body may take to come.
const BODY: Duration = Duration::from_secs(2);

pub struct HttpWebhookSender {
    egress: Egress,
    transport: Transport,
}

impl HttpWebhookSender {
    pub fn new(egress: Egress) -> Self {
        Self {
            transport: Transport::new(egress.clone(), TIMEOUTS),
            egress,
        }
    }

    async fn send(&self, request: Request<Body>) -> Result<WebhookAnswer, ProviderError> {
        let sent = tokio::time::timeout(TIMEOUT, self.transport.send(request)).await;
        let (parts, body) = sent.unwrap_or_else(|_| Err(late()))?.into_parts();
        let mut read = Vec::new();
        // The status is what counts: a body that breaks off or never ends is as good as its beginning.
        let _ = tokio::time::timeout(BODY, beginning(body, &mut read)).await;
        read.truncate(KEPT_ANSWER);
        Ok(WebhookAnswer {
            status: parts.status.as_u16(),
            retry_after: retry_after(&parts.headers),
            body: read,
        })
    }
}

async fn beginning(mut body: Answer, read: &mut Vec<u8>) {
    while read.len() < KEPT_ANSWER {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        if let Ok(data) = frame.into_data() {
            read.extend_from_slice(&data);
        }
    }
}

#[async_trait]
impl WebhookSender for HttpWebhookSender {
    fn check(&self, url: &Url) -> Result<(), ProviderError> {
        let checked = self.egress.check(&uri(url)?);
        checked.map_err(|denied| ProviderError::Egress(denied.0))
    }

    async fn post(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<WebhookAnswer, ProviderError> {
        let mut request = Request::new(Body::Whole(body.into()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri(url)?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        for (name, value) in headers {
            let value = HeaderValue::from_str(value)
                .map_err(|_| ProviderError::Refused("a header is not text".to_owned()))?;
            request
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
        self.send(request).await
    }
}
