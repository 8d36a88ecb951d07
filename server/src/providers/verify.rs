//! Calls that Patchbay makes with a credential on its own account: verification and lookup.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, header::ACCEPT};
use serde_json::Value;
use url::Url;

use super::{
    answer::{Answer, at, scalar},
    inject::Values,
    redact::Redactor,
    transport::{Body, Transport, uri},
};
use crate::{
    domain::{
        Timestamp,
        definition::{CallAt, Choice, ChoiceSource, Lookup},
        token_set::{Account, CredentialFields},
    },
    ports::provider::{ChoicePage, Client, Page, ProviderError, Target},
};

/// Longest account name or id, in characters.
const MAX_ACCOUNT: usize = 200;
/// Most choices of one page, and the longest value or label of one, in bytes.
const MAX_CHOICES: usize = 500;
const MAX_CHOICE: usize = 500;

/// Proves a credential and reads the account behind it. Without a verification nothing is called.
pub async fn verify(
    transport: &Transport,
    target: Target<'_>,
    client: &Client,
    credential: &CredentialFields,
    now: Timestamp,
) -> Result<Account, ProviderError> {
    let Some(verification) = &target.definition.verification else {
        return Ok(Account::default());
    };
    let values = Values {
        target,
        credential: Some(credential),
    };
    let url = address(values, &verification.at)?;
    let method = match verification.method.as_str() {
        "POST" => Method::POST,
        "HEAD" => Method::HEAD,
        _ => Method::GET,
    };
    let answer = call(transport, values, (client, now), method, url).await?;
    let read = |path: &Option<String>| {
        let text = scalar(answer.at(path.as_ref()?)?)?;
        let line: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_ACCOUNT)
            .collect();
        (!line.trim().is_empty()).then(|| line.trim().to_owned())
    };
    Ok(Account {
        id: read(&verification.account_id),
        name: read(&verification.account_name),
    })
}

/// The definition's metadata, all of it.
pub async fn lookup(
    transport: &Transport,
    values: Values<'_>,
    client: &Client,
    now: Timestamp,
    lookup: &Lookup,
) -> Result<BTreeMap<String, String>, ProviderError> {
    let url = values.url(&lookup.url)?;
    let answer = call(transport, values, (client, now), Method::GET, url).await?;
    lookup
        .metadata
        .iter()
        .map(|(name, path)| match answer.metadata(path) {
            Some(value) => Ok((name.clone(), value)),
            None => Err(ProviderError::Refused(format!(
                "its answer holds no `{name}`; the account may have nothing that this app can use"
            ))),
        })
        .collect()
}

/// The choices of a source: what the account has at the provider.
pub async fn choices(
    transport: &Transport,
    target: Target<'_>,
    (client, now): (&Client, Timestamp),
    credential: &CredentialFields,
    source: &ChoiceSource,
    page: &Page,
) -> Result<ChoicePage, ProviderError> {
    let values = Values {
        target,
        credential: Some(credential),
    };
    let mut url = address(values, &source.at)?;
    if let (Some(name), Some(search)) = (&source.search, &page.search) {
        url.query_pairs_mut().append_pair(name, search);
    }
    if let (Some((name, _)), Some(cursor)) = (&source.cursor, &page.cursor) {
        url.query_pairs_mut().append_pair(name, cursor);
    }
    let answer = call(transport, values, (client, now), Method::GET, url).await?;
    let items = match source.items.as_str() {
        "" => answer.value.as_ref(),
        path => answer.at(path),
    };
    let items = items.and_then(Value::as_array).ok_or_else(|| {
        ProviderError::Unavailable(format!("its answer holds no list of {}", source.title))
    })?;
    let text = |item: &Value, path: &str| scalar(at(item, path)?).filter(|text| is_line(text));
    let choices = items.iter().filter_map(|item| {
        let value = text(item, &source.value)?;
        let label = text(item, &source.label).unwrap_or_else(|| value.clone());
        Some(Choice { value, label })
    });
    let next = source.cursor.as_ref();
    Ok(ChoicePage {
        choices: choices.take(MAX_CHOICES).collect(),
        next: next.and_then(|(_, path)| answer.metadata(path)),
    })
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_CHOICE && !text.contains(char::is_control)
}

fn address(values: Values<'_>, at: &CallAt) -> Result<Url, ProviderError> {
    match at {
        CallAt::Url(template) => values.url(template),
        CallAt::Path(template) => {
            let base = values.url_text(&values.target.definition.api_base_url)?;
            let text = format!("{}{}", base.trim_end_matches('/'), values.path(template)?);
            Url::parse(&text).map_err(|_| {
                ProviderError::Refused(
                    "the provider's address does not come out as a URL".to_owned(),
                )
            })
        }
    }
}

async fn call(
    transport: &Transport,
    values: Values<'_>,
    (client, now): (&Client, Timestamp),
    method: Method,
    mut url: Url,
) -> Result<Answer, ProviderError> {
    let injected = values.injected(client, now)?;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    values.add_definition_headers(&mut headers)?;
    injected.apply(&mut url, &mut headers);
    let body = injected.fill(&mut headers, Bytes::new())?;
    let mut request = Request::new(Body::Whole(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri(&url)?;
    *request.headers_mut() = headers;
    if let Some(signer) = injected.signer() {
        signer.sign(&mut request)?;
    }
    let answer = Answer::new(values.channel(transport)?.call(request).await?);
    let sent = injected.secrets();
    let secrets = values
        .credential
        .into_iter()
        .flat_map(|credential| credential.0.values());
    judge(&answer, &Redactor::new(secrets.chain(&sent))).map(|()| answer)
}

/// A refusal is about the credential or the address that a person typed; all else may pass.
fn judge(answer: &Answer, redactor: &Redactor) -> Result<(), ProviderError> {
    let status = answer.status;
    // Slack says no with a 200.
    let denied = answer.at("ok").and_then(Value::as_bool) == Some(false);
    if status.is_success() && !denied {
        return Ok(());
    }
    let reason = answer.reason(redactor);
    if !answer.says_not_now() && (status.is_client_error() || denied) {
        Err(ProviderError::Refused(reason))
    } else {
        Err(ProviderError::Unavailable(reason))
    }
}
