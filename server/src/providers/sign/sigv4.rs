//! AWS Signature Version 4
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>).

use aws_lc_rs::{digest, hmac};
use http::{
    HeaderMap, HeaderName, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE},
    uri::PathAndQuery,
};
use jiff::tz::TimeZone;
use percent::decode;

use super::{Call, authority, encode};
use crate::{
    domain::{Timestamp, secret::Secret},
    ports::provider::ProviderError,
    providers::inject::{header_value, sensitive},
};

const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
const CONTENT: HeaderName = HeaderName::from_static("x-amz-content-sha256");

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What stands for the hash of a body that is on its way; S3 takes it over TLS.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The key of one connection, and the moment of the call.
pub struct Keys {
    pub service: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
    pub now: Timestamp,
}

impl Keys {
    fn is_s3(&self) -> bool {
        self.service == "s3"
    }

    /// S3 takes a signature without the body; the others want its hash.
    pub fn covers_body(&self) -> bool {
        !self.is_s3()
    }

    /// Adds the headers, and gives the address as it was signed.
    pub fn sign(&self, call: &Call, headers: &mut HeaderMap) -> Result<Uri, ProviderError> {
        let uri = spelled(&call.uri)?;
        let utc = self.now.to_zoned(TimeZone::UTC);
        let stamp = utc.strftime("%Y%m%dT%H%M%SZ").to_string();
        let payload = match &call.body {
            Some(body) => hex(digest::digest(&digest::SHA256, body).as_ref()),
            None => UNSIGNED.to_owned(),
        };
        headers.insert(DATE, header_value(&stamp)?);
        if self.is_s3() {
            headers.insert(CONTENT, header_value(&payload)?);
        }
        if let Some(token) = &self.session_token {
            headers.insert(TOKEN, sensitive(token.expose())?);
        }
        let signed = self.signed_headers(&uri, headers);
        let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let lines: String = signed
            .iter()
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let canonical = format!(
            "{}\n{}\n{}\n{lines}\n{names}\n{payload}",
            call.method.as_str(),
            self.canonical_path(&uri),
            canonical_query(&uri),
        );
        let scope = format!(
            "{}/{}/{}/aws4_request",
            &stamp[..8],
            self.region,
            self.service
        );
        let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        let to_sign = format!("{ALGORITHM}\n{stamp}\n{scope}\n{hashed}");
        let signature = hex(&mac(&self.key(&stamp[..8]), &to_sign));
        let value = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.access_key_id
        );
        headers.insert(AUTHORIZATION, sensitive(&value)?);
        Ok(uri)
    }

    /// The key of one day, region and service.
    fn key(&self, day: &str) -> Vec<u8> {
        let first = Secret::new(format!("AWS4{}", self.secret_access_key.expose()));
        let day = mac(first.expose().as_bytes(), day);
        let region = mac(&day, &self.region);
        let service = mac(&region, &self.service);
        mac(&service, "aws4_request")
    }

    /// What has to be signed, and the type of the body; by name.
    fn signed_headers(&self, uri: &Uri, headers: &HeaderMap) -> Vec<(String, String)> {
        let mut signed = vec![("host".to_owned(), authority(uri))];
        for (name, value) in headers {
            let text = name.as_str();
            if text.starts_with("x-amz-") || name == CONTENT_TYPE {
                let value = String::from_utf8_lossy(value.as_bytes());
                let words: Vec<&str> = value.split_whitespace().collect();
                signed.push((text.to_owned(), words.join(" ")));
            }
        }
        signed.sort();
        signed
    }

    /// Each service but S3 encodes what is encoded already.
    fn canonical_path(&self, uri: &Uri) -> String {
        if self.is_s3() {
            return uri.path().to_owned();
        }
        uri.path()
            .split('/')
            .map(|segment| encode(segment.as_bytes()))
            .collect::<Vec<_>>()
            .join("/")
    }
}

/// The address in the one spelling that is signed: what may be read in two ways is encoded.
fn spelled(uri: &Uri) -> Result<Uri, ProviderError> {
    let path: Vec<String> = uri
        .path()
        .split('/')
        .map(|segment| encode(&decode(segment.as_bytes())))
        .collect();
    let mut text = path.join("/");
    if let Some(query) = uri.query() {
        let query: Vec<String> = pairs(query)
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        text.push('?');
        text.push_str(&query.join("&"));
    }
    let mut parts = uri.clone().into_parts();
    let path = PathAndQuery::try_from(text).map_err(|_| unfit())?;
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).map_err(|_| unfit())
}

fn unfit() -> ProviderError {
    ProviderError::Refused("the path is not one of a URL".to_owned())
}

/// Name and value of each part of a query, encoded anew. A plus is a space.
fn pairs(query: &str) -> Vec<(String, String)> {
    let spelled = |text: &str| encode(&decode(text.replace('+', " ").as_bytes()));
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (spelled(name), spelled(value))
        })
        .collect()
}

fn canonical_query(uri: &Uri) -> String {
    let mut all = pairs(uri.query().unwrap_or_default());
    all.sort();
    let all: Vec<String> = all
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    all.join("&")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 3986 §2.1.
mod percent {
    pub fn decode(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let pair = text.get(at + 1..at + 3);
            let byte = pair
                .filter(|pair| text[at] == b'%' && pair.iter().all(u8::is_ascii_hexdigit))
                .and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            out.push(byte.unwrap_or(text[at]));
            at += if byte.is_some() { 3 } else { 1 };
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;

    use super::*;

    fn keys(service: &str) -> Keys {
        Keys {
            service: service.to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            now: Timestamp::from_second(1_440_938_160).unwrap(),
        }
    }

    fn signature(keys: &Keys, method: Method, uri: &str, headers: &mut HeaderMap) -> String {
        let call = Call {
            method,
            uri: Uri::try_from(uri).unwrap(),
            body: Some(Bytes::new()),
        };
        keys.sign(&call, headers).unwrap();
        headers[AUTHORIZATION].to_str().unwrap().to_owned()
    }

    /// `get-vanilla` and `get-vanilla-query-order-key-case` of AWS's own test suite.
    #[test]
    fn the_examples_of_the_vendor_come_out() {
        let keys = keys("service");
        let plain = signature(
            &keys,
            Method::GET,
            "https://example.amazonaws.com/",
            &mut HeaderMap::new(),
        );
        assert_eq!(
            plain,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        let query = "https://example.amazonaws.com/?Param2=value2&Param1=value1";
        let query = signature(&keys, Method::GET, query, &mut HeaderMap::new());
        assert!(
            query.ends_with("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            "{query}"
        );
    }

    #[test]
    fn an_address_is_sent_as_it_was_signed() {
        let uri = |text: &str| spelled(&Uri::try_from(text).unwrap()).unwrap().to_string();
        assert_eq!(
            uri("https://a.com/x(1)/%7Eme?q=a+b&r=%2B&s"),
            "https://a.com/x%281%29/~me?q=a%20b&r=%2B&s="
        );
        let mut headers = HeaderMap::new();
        let mut s3 = keys("s3");
        s3.session_token = Some(Secret::new("session"));
        let signed = signature(
            &s3,
            Method::GET,
            "https://b.s3.amazonaws.com/k",
            &mut headers,
        );
        assert!(signed.contains("host;x-amz-content-sha256;x-amz-date;x-amz-security-token"));
        assert!(headers[TOKEN].is_sensitive() && headers[AUTHORIZATION].is_sensitive());
    }
}
