//! RSA keys that sign user tokens.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{domain::secret::Secret, ports::vault::NewKeyPair};

/// RSA 2048. Takes some tens of milliseconds: call it off the async threads.
pub fn generate() -> NewKeyPair {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("RSA 2048 is supported");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("the key encodes");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("the key encodes");
    NewKeyPair {
        private_key_pem: Secret::new(pem("PRIVATE KEY", private.as_ref())),
        public_key_pem: pem("PUBLIC KEY", public.as_ref()),
    }
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
