//! Signatures over a call itself.

pub mod oauth1;
pub mod sigv4;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri, header::CONTENT_TYPE};

use super::transport::{Body, authority};
use crate::ports::provider::ProviderError;

/// Signs calls of one connection.
pub enum Signer {
    OAuth1(oauth1::Keys),
    SigV4(sigv4::Keys),
}

/// The most of a body that is held to be signed or added to.
pub const MAX_HELD: usize = 16 * 1024 * 1024;

impl Signer {
    /// Whether the signature covers the body.
    pub fn covers_body(&self, headers: &HeaderMap) -> bool {
        match self {
            Self::OAuth1(_) => is_form(headers),
            Self::SigV4(keys) => keys.covers_body(),
        }
    }

    /// Puts the signature into a request whose headers and address are settled.
    pub fn sign(&self, request: &mut Request<Body>) -> Result<(), ProviderError> {
        let call = Call {
            method: request.method().clone(),
            uri: request.uri().clone(),
            body: match request.body() {
                Body::Whole(bytes) => Some(bytes.clone()),
                Body::Stream(_) => None,
            },
        };
        match self {
            Self::OAuth1(keys) => keys.sign(&call, request.headers_mut()),
            Self::SigV4(keys) => {
                let uri = keys.sign(&call, request.headers_mut())?;
                *request.uri_mut() = uri;
                Ok(())
            }
        }
    }
}

/// What a signature is made over.
pub struct Call {
    pub method: Method,
    pub uri: Uri,
    /// None: it is on its way and cannot be read.
    pub body: Option<Bytes>,
}

pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// All but the unreserved characters of RFC 3986 §2.3, as RFC 5849 §3.6 and AWS want it.
pub fn encode(text: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            out.push(char::from(*byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}
