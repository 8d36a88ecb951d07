//! The envelope, version 1:
//!
//! ```text
//! 1 byte   version
//! 8 bytes  id of the key-encryption key
//! 12 + 48  nonce, then the data key wrapped by it (AES-256-GCM)
//! 12 + n   nonce, then the value sealed with the data key (AES-256-GCM)
//! ```
//!
//! Both seals carry the same associated data: version, key id, project, owner and field. A value
//! moved elsewhere, cut or altered does not open. Every value has a data key of its own.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
};
use zeroize::Zeroizing;

use super::keyring::EncryptionKey;
use crate::{
    domain::secret::{Sealed, Secret},
    ports::vault::{SealedField, VaultError},
};

const VERSION: u8 = 1;
const ID_END: usize = 1 + 8;
const TAG_LEN: usize = 16;
const DATA_KEY_LEN: usize = 32;
const WRAPPED_END: usize = ID_END + NONCE_LEN + DATA_KEY_LEN + TAG_LEN;
const SMALLEST: usize = WRAPPED_END + NONCE_LEN + TAG_LEN;

pub fn seal(key: &EncryptionKey, field: SealedField, plain: &[u8]) -> Sealed {
    let aad = associated_data(key.id, field);
    let mut data_key = Zeroizing::new([0; DATA_KEY_LEN]);
    fill(&mut data_key[..]);

    let mut out = Vec::with_capacity(SMALLEST + plain.len());
    out.push(VERSION);
    out.extend_from_slice(&key.id);
    append_sealed(&key.key, &aad, &data_key[..], &mut out);
    append_sealed(&aes(&data_key[..]), &aad, plain, &mut out);
    Sealed(out)
}

/// The id of the key that wraps this envelope.
pub fn key_id(sealed: &Sealed) -> Result<[u8; 8], VaultError> {
    if sealed.0.len() < SMALLEST || sealed.0[0] != VERSION {
        return Err(VaultError::Malformed);
    }
    sealed.0[1..ID_END]
        .try_into()
        .map_err(|_| VaultError::Malformed)
}

pub fn open(
    key: &EncryptionKey,
    field: SealedField,
    sealed: &Sealed,
) -> Result<Secret, VaultError> {
    let aad = associated_data(key_id(sealed)?, field);
    let data_key = open_part(&key.key, &aad, &sealed.0[ID_END..WRAPPED_END])?;
    let plain = open_part(&aes(&data_key), &aad, &sealed.0[WRAPPED_END..])?;
    match std::str::from_utf8(&plain) {
        Ok(text) => Ok(Secret::new(text)),
        Err(_) => Err(VaultError::Malformed),
    }
}

fn associated_data(key_id: [u8; 8], field: SealedField) -> Vec<u8> {
    let mut aad = Vec::with_capacity(ID_END + 32 + field.field.len());
    aad.push(VERSION);
    aad.extend_from_slice(&key_id);
    aad.extend_from_slice(field.project.as_bytes());
    aad.extend_from_slice(field.owner.as_bytes());
    aad.extend_from_slice(field.field.as_bytes());
    aad
}

fn append_sealed(key: &LessSafeKey, aad: &[u8], plain: &[u8], out: &mut Vec<u8>) {
    let mut nonce = [0; NONCE_LEN];
    fill(&mut nonce);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(aad),
            &mut out[start..],
        )
        .expect("a value of this size can be sealed");
    out.extend_from_slice(tag.as_ref());
}

fn open_part(key: &LessSafeKey, aad: &[u8], part: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, ciphertext) = part.split_at(NONCE_LEN);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Malformed)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let length = key
        .open_in_place(nonce, Aad::from(aad), &mut buffer)
        .map_err(|_| VaultError::Tampered)?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

fn aes(key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a data key has 32 bytes"))
}

fn fill(bytes: &mut [u8]) {
    rand::fill(bytes).expect("the system's random source answers");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn key(byte: u8) -> EncryptionKey {
        use base64::{Engine, engine::general_purpose::STANDARD};
        EncryptionKey::from_base64(&Secret::new(STANDARD.encode([byte; 32]))).unwrap()
    }

    fn field(project: u128, owner: u128, field: &'static str) -> SealedField {
        SealedField {
            project: Uuid::from_u128(project),
            owner: Uuid::from_u128(owner),
            field,
        }
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(text in ".*", project: u128, owner: u128) {
            let sealed = seal(&key(1), field(project, owner, "credential"), text.as_bytes());
            let opened = open(&key(1), field(project, owner, "credential"), &sealed).unwrap();
            prop_assert_eq!(opened.expose(), text);
        }

        #[test]
        fn an_altered_byte_is_noticed(text in ".{0,64}", at: prop::sample::Index, flip in 1u8..) {
            let mut sealed = seal(&key(1), field(1, 2, "credential"), text.as_bytes());
            let at = at.index(sealed.0.len());
            sealed.0[at] ^= flip;
            prop_assert!(open(&key(1), field(1, 2, "credential"), &sealed).is_err());
        }

        #[test]
        fn a_cut_envelope_is_noticed(text in ".{0,64}", at: prop::sample::Index) {
            let mut sealed = seal(&key(1), field(1, 2, "credential"), text.as_bytes());
            sealed.0.truncate(at.index(sealed.0.len()));
            prop_assert!(open(&key(1), field(1, 2, "credential"), &sealed).is_err());
        }

        #[test]
        fn any_bytes_are_an_error_and_no_panic(bytes: Vec<u8>) {
            prop_assert!(open(&key(1), field(1, 2, "credential"), &Sealed(bytes)).is_err());
        }
    }

    #[test]
    fn a_value_belongs_to_its_project_owner_and_field() {
        let sealed = seal(&key(1), field(1, 2, "credential"), b"x");
        for other in [
            field(9, 2, "credential"),
            field(1, 9, "credential"),
            field(1, 2, "client_secret"),
        ] {
            assert_eq!(
                open(&key(1), other, &sealed).unwrap_err(),
                VaultError::Tampered
            );
        }
        assert_eq!(
            open(&key(2), field(1, 2, "credential"), &sealed).unwrap_err(),
            VaultError::Tampered
        );
    }

    #[test]
    fn two_seals_of_one_value_differ() {
        let seal = || seal(&key(1), field(1, 2, "credential"), b"same");
        assert_ne!(seal(), seal());
    }
}
