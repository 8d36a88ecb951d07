//! OAuth 1.0a signatures (RFC 5849 §3).

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, header::AUTHORIZATION};
use url::form_urlencoded;
use uuid::Uuid;

use super::{Call, authority, encode, is_form};
use crate::{
    domain::{Timestamp, definition::SignatureMethod, secret::Secret},
    ports::provider::{Client, ProviderError},
    providers::inject::sensitive,
};

/// Client and token, and the moment of the call.
pub struct Keys {
    pub method: SignatureMethod,
    pub client: Client,
    /// The token and its secret; none before there is one.
    pub token: Option<(Secret, Secret)>,
    pub now: Timestamp,
}

/// Name and value of a parameter, not encoded.
type Pair = (String, String);

impl Keys {
    /// A call of a connection.
    pub fn sign(&self, call: &Call, headers: &mut HeaderMap) -> Result<(), ProviderError> {
        let mut body = Vec::new();
        if let (true, Some(bytes)) = (is_form(headers), &call.body) {
            body.extend(form_urlencoded::parse(bytes).into_owned());
        }
        let value = self.authorization(call, &body, &[]);
        headers.insert(AUTHORIZATION, sensitive(value.expose())?);
        Ok(())
    }

    /// The header (§3.5.1), with `more` protocol parameters: `oauth_callback`, `oauth_verifier`.
    pub fn authorization(&self, call: &Call, body: &[Pair], more: &[(&str, &str)]) -> Secret {
        let nonce = Uuid::new_v4().simple().to_string();
        self.with_nonce(call, body, more, &nonce)
    }

    fn with_nonce(&self, call: &Call, body: &[Pair], more: &[(&str, &str)], nonce: &str) -> Secret {
        let timestamp = self.now.as_second().to_string();
        let mut own = vec![
            ("oauth_consumer_key", self.client.id.as_str()),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", self.method.name()),
            ("oauth_timestamp", timestamp.as_str()),
            ("oauth_version", "1.0"),
        ];
        if let Some((token, _)) = &self.token {
            own.push(("oauth_token", token.expose()));
        }
        own.extend(more);
        let signature = self.signature(&base_string(call, body, &own));
        own.push(("oauth_signature", &signature));
        let parts: Vec<String> = own
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", encode(value.as_bytes())))
            .collect();
        Secret::new(format!("OAuth {}", parts.join(", ")))
    }

    /// §3.4.2
    fn signature(&self, base: &str) -> String {
        let client = self.client.secret.as_ref().map_or("", Secret::expose);
        let token = self
            .token
            .as_ref()
            .map_or("", |(_, secret)| secret.expose());
        let key = format!("{}&{}", encode(client.as_bytes()), encode(token.as_bytes()));
        let key = Secret::new(key);
        let algorithm = match self.method {
            SignatureMethod::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            SignatureMethod::HmacSha256 => hmac::HMAC_SHA256,
        };
        let key = hmac::Key::new(algorithm, key.expose().as_bytes());
        BASE64_STANDARD.encode(hmac::sign(&key, base.as_bytes()))
    }
}

/// §3.4.1
fn base_string(call: &Call, body: &[Pair], own: &[(&str, &str)]) -> String {
    let query = call.uri.query().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned();
    let own = own
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut all: Vec<Pair> = query
        .chain(body.iter().cloned())
        .chain(own)
        .map(|(name, value)| (encode(name.as_bytes()), encode(value.as_bytes())))
        .collect();
    all.sort();
    let all: Vec<String> = all
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let address = format!(
        "{}://{}{}",
        call.uri.scheme_str().unwrap_or("https"),
        authority(&call.uri),
        call.uri.path()
    );
    format!(
        "{}&{}&{}",
        call.method.as_str(),
        encode(address.as_bytes()),
        encode(all.join("&").as_bytes())
    )
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Method, Uri};

    use super::*;

    fn keys(client: (&str, &str), token: (&str, &str), second: i64) -> Keys {
        Keys {
            method: SignatureMethod::HmacSha1,
            client: Client {
                id: client.0.to_owned(),
                secret: Some(Secret::new(client.1)),
                scopes: Vec::new(),
            },
            token: Some((Secret::new(token.0), Secret::new(token.1))),
            now: Timestamp::from_second(second).unwrap(),
        }
    }

    /// RFC 5849 §1.2: the photo that the printer fetches.
    #[test]
    fn the_example_of_the_rfc_comes_out() {
        let keys = keys(
            ("dpf43f3p2l4k3l03", "kd94hf93k423kf44"),
            ("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"),
            137_131_202,
        );
        let call = Call {
            method: Method::GET,
            uri: Uri::from_static(
                "http://photos.example.net/photos?file=vacation.jpg&size=original",
            ),
            body: None,
        };
        // The example leaves `oauth_version` out, which §3.1 makes optional.
        let own = [
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ];
        let base = base_string(&call, &[], &own);
        assert_eq!(keys.signature(&base), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    /// RFC 5849 §3.4.1.1, with parameters in the query and in the body.
    #[test]
    fn the_base_string_of_the_rfc_comes_out() {
        let body = Bytes::from_static(b"c2&a3=2+q");
        let call = Call {
            method: Method::POST,
            uri: Uri::from_static("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"),
            body: Some(body.clone()),
        };
        let body: Vec<Pair> = form_urlencoded::parse(&body).into_owned().collect();
        let own = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ];
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q\
             %26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9dj\
             dj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
             %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(base_string(&call, &body, &own), expected);
    }

    #[test]
    fn the_header_shows_no_secret() {
        let keys = keys(("client", "hush"), ("token", "hush2"), 1);
        let call = Call {
            method: Method::GET,
            uri: Uri::from_static("https://api.example.com/"),
            body: None,
        };
        let header = keys.with_nonce(&call, &[], &[("oauth_verifier", "v/1")], "n");
        let header = header.expose();
        assert!(header.contains("oauth_verifier=\"v%2F1\"") && !header.contains("hush"));
    }
}
