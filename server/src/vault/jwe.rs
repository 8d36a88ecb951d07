//! JSON Web Encryption in the compact form (RFC 7516 §7.1), RSA-OAEP-256 with A256GCM (RFC 7518
//! §4.3, §5.3): for values that leave, to a key of whoever receives them.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rand,
    rsa::{
        OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
        PrivateDecryptingKey, PublicEncryptingKey,
    },
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{domain::secret::Secret, ports::vault::TransferError};

const HEADER: &str = r#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#;
const KEY_LEN: usize = 32;
const IV_LEN: usize = 12;
const TAG_LEN: usize = 16;

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    /// Extensions that must be understood (RFC 7516 §4.1.13): none is.
    crit: Option<serde_json::Value>,
    zip: Option<serde_json::Value>,
}

/// `public_key_pem`: SubjectPublicKeyInfo of an RSA key, 2048 bits at least.
pub fn seal(public_key_pem: &str, plain: &Secret) -> Result<String, TransferError> {
    let der = pem(public_key_pem, "PUBLIC KEY").ok_or(TransferError::PublicKey)?;
    let key = PublicEncryptingKey::from_der(&der).map_err(|_| TransferError::PublicKey)?;
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| TransferError::PublicKey)?;

    let (mut content_key, mut iv) = (Zeroizing::new([0; KEY_LEN]), [0; IV_LEN]);
    rand::fill(&mut content_key[..]).expect("the system's random source answers");
    rand::fill(&mut iv).expect("the system's random source answers");
    let mut wrapped = vec![0; key.ciphertext_size()];
    let wrapped = key
        .encrypt(
            &OAEP_SHA256_MGF1SHA256,
            &content_key[..],
            &mut wrapped,
            None,
        )
        .map_err(|_| TransferError::PublicKey)?;

    let header = URL_SAFE_NO_PAD.encode(HEADER);
    let mut text = plain.expose().as_bytes().to_vec();
    let tag = aes(&content_key[..])
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(iv),
            Aad::from(header.as_bytes()),
            &mut text,
        )
        .expect("a value of this size can be sealed");
    let parts = [&*wrapped, &iv, &text, tag.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
    Ok(format!("{header}.{}", parts.join(".")))
}

/// `private_key_pem`: PKCS #8.
pub fn open(private_key_pem: &Secret, sealed: &str) -> Result<Secret, TransferError> {
    let der = pem(private_key_pem.expose(), "PRIVATE KEY").ok_or(TransferError::PrivateKey)?;
    let key = PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| TransferError::PrivateKey)?;
    let key = OaepPrivateDecryptingKey::new(key).map_err(|_| TransferError::PrivateKey)?;

    let parts: Vec<&str> = sealed.trim().split('.').collect();
    let [header, wrapped, iv, text, tag] = parts[..] else {
        return Err(TransferError::Malformed);
    };
    let decode = |part: &str| {
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| TransferError::Malformed)
    };
    let told: Header =
        serde_json::from_slice(&decode(header)?).map_err(|_| TransferError::Malformed)?;
    let is_known = told.alg == "RSA-OAEP-256" && told.enc == "A256GCM";
    if !is_known || told.crit.is_some() || told.zip.is_some() {
        return Err(TransferError::Malformed);
    }
    let (wrapped, iv, tag) = (decode(wrapped)?, decode(iv)?, decode(tag)?);
    let mut content_key = Zeroizing::new(vec![0; key.min_output_size()]);
    let content_key = key
        .decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut content_key, None)
        .map_err(|_| TransferError::Closed)?;
    let iv = Nonce::try_assume_unique_for_key(&iv).map_err(|_| TransferError::Malformed)?;
    if content_key.len() != KEY_LEN || tag.len() != TAG_LEN {
        return Err(TransferError::Malformed);
    }
    let mut buffer = Zeroizing::new(decode(text)?);
    buffer.extend_from_slice(&tag);
    let plain = aes(content_key)
        .open_in_place(iv, Aad::from(header.as_bytes()), &mut buffer)
        .map_err(|_| TransferError::Closed)?;
    let plain = std::str::from_utf8(plain).map_err(|_| TransferError::Malformed)?;
    Ok(Secret::new(plain))
}

fn aes(key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes"))
}

/// RFC 7468, one block of that label.
fn pem(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ports::vault::NewKeyPair, vault::rsa};

    fn pair() -> NewKeyPair {
        rsa::generate()
    }

    #[test]
    fn what_is_sealed_opens_with_the_private_half_alone() {
        let (pair, other) = (pair(), pair());
        let sealed = seal(&pair.public_key_pem, &Secret::new("some ťext")).unwrap();
        let opened = open(&pair.private_key_pem, &sealed).unwrap();
        assert_eq!(opened.expose(), "some ťext");
        assert_eq!(
            open(&other.private_key_pem, &sealed),
            Err(TransferError::Closed)
        );
        let again = seal(&pair.public_key_pem, &Secret::new("some ťext")).unwrap();
        assert_ne!(sealed, again);
        assert_eq!(
            seal("no key", &Secret::new("x")),
            Err(TransferError::PublicKey)
        );
        let public = Secret::new(pair.public_key_pem);
        assert_eq!(open(&public, &sealed), Err(TransferError::PrivateKey));
    }

    #[test]
    fn an_altered_letter_is_noticed() {
        let pair = pair();
        let sealed = seal(&pair.public_key_pem, &Secret::new("value")).unwrap();
        proptest!(|(at: prop::sample::Index, letter in "[A-Za-z0-9_.-]")| {
            let mut altered = sealed.clone();
            let at = at.index(altered.len());
            altered.replace_range(at..=at, &letter);
            // The last letter of a part has bits that nobody reads.
            prop_assume!(altered != sealed);
            if let Ok(opened) = open(&pair.private_key_pem, &altered) {
                prop_assert_eq!(opened.expose(), "value");
            }
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn any_text_is_an_error_and_no_panic(text: String) {
            prop_assert!(open(&pair().private_key_pem, &text).is_err());
        }
    }
}
