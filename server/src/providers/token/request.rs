//! One step as a request.

use http::{
    HeaderMap, HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use url::{Url, form_urlencoded};

use crate::{
    domain::{
        Timestamp,
        definition::{SignatureMethod, Step, StepAuth, StepBody, Tokens},
        secret::Secret,
    },
    ports::provider::{Client, ProviderError},
    providers::{
        bag::Bag,
        inject::{basic, header_name, sensitive},
        sign::{Call, oauth1},
        transport::{Body, uri},
    },
};

type Params = Vec<(String, Secret)>;

/// The request of `step` to `url`.
pub fn of(
    step: &Step,
    mut url: Url,
    bag: &Bag,
    client: &Client,
    now: Timestamp,
) -> Result<Request<Body>, ProviderError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in &step.headers {
        let value = bag.render(value)?;
        headers.insert(header_name(name)?, sensitive(value.expose())?);
    }
    let mut params = bag.params(&step.params)?;
    prove(step, bag, client, &mut params, &mut headers)?;
    let body = match step.body {
        StepBody::Query => {
            add_query(&mut url, &params);
            Body::EMPTY
        }
        StepBody::Form => {
            let kind = "application/x-www-form-urlencoded";
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            Body::Whole(form(&params).into())
        }
        StepBody::Json => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Body::Whole(json(&params).into())
        }
    };
    let mut request = Request::new(body);
    *request.method_mut() = match step.method.as_str() {
        "GET" => Method::GET,
        "PUT" => Method::PUT,
        _ => Method::POST,
    };
    *request.uri_mut() = uri(&url)?;
    if let StepAuth::OAuth1(method) = step.auth {
        let call = Call {
            method: request.method().clone(),
            uri: request.uri().clone(),
            body: None,
        };
        let value = signed(method, &call, bag, client, now);
        headers.insert(AUTHORIZATION, sensitive(value.expose())?);
    }
    *request.headers_mut() = headers;
    Ok(request)
}

/// Who asks, where it is not in the parameters.
fn prove(
    step: &Step,
    bag: &Bag,
    client: &Client,
    params: &mut Params,
    headers: &mut HeaderMap,
) -> Result<(), ProviderError> {
    let value = match (&step.auth, &client.secret) {
        (StepAuth::Client { .. }, Some(secret)) => client_basic(&client.id, secret),
        // A public client says its id (RFC 6749 §3.2.1).
        (
            StepAuth::Client {
                id_name: Some(name),
            },
            None,
        ) => {
            params.push((name.clone(), Secret::new(&client.id)));
            return Ok(());
        }
        (StepAuth::Basic { username, password }, _) => basic(
            bag.render(username)?.expose(),
            bag.render(password)?.expose(),
        ),
        _ => return Ok(()),
    };
    headers.insert(AUTHORIZATION, sensitive(value.expose())?);
    Ok(())
}

/// The header of a request for credentials (RFC 5849 §2.1, §2.3): temporary ones, until they are
/// there.
fn signed(
    method: SignatureMethod,
    call: &Call,
    bag: &Bag,
    client: &Client,
    now: Timestamp,
) -> Secret {
    let text = |name: &str| bag.get(name).map_or("", Secret::expose);
    let temporary = bag
        .get(Tokens::TEMPORARY)
        .zip(bag.get(Tokens::TOKEN_SECRET))
        .map(|(token, secret)| (token.clone(), secret.clone()));
    let more = match &temporary {
        Some(_) => ("oauth_verifier", text("code")),
        None => ("oauth_callback", text("redirect_uri")),
    };
    let keys = oauth1::Keys {
        method,
        client: client.clone(),
        token: temporary,
        now,
    };
    keys.authorization(call, &[], &[more])
}

/// RFC 6749 §2.3.1: both halves form-encoded before they are joined.
pub fn client_basic(id: &str, secret: &Secret) -> Secret {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let secret = Secret::new(encode(secret.expose()));
    basic(&encode(id), secret.expose())
}

fn form(params: &Params) -> String {
    let pairs = params.iter().map(|(name, value)| (name, value.expose()));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn json(params: &Params) -> String {
    let fields = params
        .iter()
        .map(|(name, value)| (name.clone(), value.expose().into()));
    serde_json::Value::Object(fields.collect()).to_string()
}

fn add_query(url: &mut Url, params: &Params) {
    if params.is_empty() {
        return;
    }
    let mut query = url.query_pairs_mut();
    query.extend_pairs(params.iter().map(|(name, value)| (name, value.expose())));
}
