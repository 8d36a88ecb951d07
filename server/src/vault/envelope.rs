//! The envelope, version 2:
//!
//! ```text
//! 1 byte   version
//! 8 bytes  id of the key-encryption key
//! 12 + 48  nonce, then the data key wrapped by it (AES-256-GCM)
//! 12 + n   nonce, then the value sealed with the data key (AES-256-GCM)
//! ```
//!
//! Both seals carry associated data: version, project, owner and field; that of the data key also
//! the key id. A value moved elsewhere, cut or altered does not open. Every value has a data key of
//! its own. Another key-encryption key wraps the data key anew and leaves the value as it is.
//!
//! Version 1 differs in one thing: the key id stands in the associated data of the value, too. It is
//! opened, and never written.

#[cfg(any(test, fuzzing))]
pub mod fuzz;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
};
use zeroize::Zeroizing;

use super::keyring::EncryptionKey;
use crate::{
    domain::{
        encryption_key::EncryptionKeyId,
        secret::{Sealed, Secret},
    },
    ports::vault::{SealedField, VaultError},
};

const FIRST_VERSION: u8 = 1;
const VERSION: u8 = 2;
const ID_END: usize = 1 + 8;
const TAG_LEN: usize = 16;
const DATA_KEY_LEN: usize = 32;
const WRAPPED_END: usize = ID_END + NONCE_LEN + DATA_KEY_LEN + TAG_LEN;
const SMALLEST: usize = WRAPPED_END + NONCE_LEN + TAG_LEN;

pub fn seal(key: &EncryptionKey, field: SealedField, plain: &[u8]) -> Sealed {
    let mut data_key = Zeroizing::new([0; DATA_KEY_LEN]);
    fill(&mut data_key[..]);
    let mut out = wrap(key, field, &data_key[..], SMALLEST + plain.len());
    let aad = Aads::of(VERSION, key.id, field);
    append_sealed(&aes(&data_key[..]), &aad.value, plain, &mut out);
    Sealed(out)
}

/// The id of the key that wraps this envelope.
pub fn key_id(sealed: &Sealed) -> Result<EncryptionKeyId, VaultError> {
    let known = |version| version == VERSION || version == FIRST_VERSION;
    if sealed.0.len() < SMALLEST || !known(sealed.0[0]) {
        return Err(VaultError::Malformed);
    }
    let id = sealed.0[1..ID_END].try_into();
    id.map(EncryptionKeyId).map_err(|_| VaultError::Malformed)
}

pub fn open(
    key: &EncryptionKey,
    field: SealedField,
    sealed: &Sealed,
) -> Result<Secret, VaultError> {
    let plain = open_bytes(key, field, sealed)?;
    match std::str::from_utf8(&plain) {
        Ok(text) => Ok(Secret::new(text)),
        Err(_) => Err(VaultError::Malformed),
    }
}

/// The same value, its data key wrapped by `to`. A value of version 1 is sealed anew: its
/// associated data names the old key.
pub fn rewrap(
    from: &EncryptionKey,
    to: &EncryptionKey,
    field: SealedField,
    sealed: &Sealed,
) -> Result<Sealed, VaultError> {
    let aad = Aads::of(VERSION, key_id(sealed)?, field);
    if sealed.0[0] == FIRST_VERSION {
        return Ok(seal(to, field, &open_bytes(from, field, sealed)?));
    }
    let data_key = open_part(&from.key, &aad.data_key, &sealed.0[ID_END..WRAPPED_END])?;
    let mut out = wrap(to, field, &data_key, sealed.0.len());
    out.extend_from_slice(&sealed.0[WRAPPED_END..]);
    Ok(Sealed(out))
}

fn open_bytes(
    key: &EncryptionKey,
    field: SealedField,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let id = key_id(sealed)?;
    let aad = Aads::of(sealed.0[0], id, field);
    let data_key = open_part(&key.key, &aad.data_key, &sealed.0[ID_END..WRAPPED_END])?;
    open_part(&aes(&data_key), &aad.value, &sealed.0[WRAPPED_END..])
}

/// The first half of an envelope, in a buffer for all of it.
fn wrap(key: &EncryptionKey, field: SealedField, data_key: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length);
    out.push(VERSION);
    out.extend_from_slice(&key.id.0);
    let aad = Aads::of(VERSION, key.id, field);
    append_sealed(&key.key, &aad.data_key, data_key, &mut out);
    out
}

/// The associated data of the two seals.
struct Aads {
    data_key: Vec<u8>,
    value: Vec<u8>,
}

impl Aads {
    fn of(version: u8, key: EncryptionKeyId, field: SealedField) -> Self {
        let place = [
            field.project.as_bytes().as_slice(),
            field.owner.as_bytes(),
            field.field.as_bytes(),
        ]
        .concat();
        let data_key = [&[version], key.0.as_slice(), &place].concat();
        let value = match version {
            FIRST_VERSION => data_key.clone(),
            _ => [&[version], place.as_slice()].concat(),
        };
        Self { data_key, value }
    }
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
        fn a_value_outlives_any_number_of_keys(text in ".*", first: bool, keys in prop::collection::vec(1u8.., 1..6)) {
            let place = field(1, 2, "credential");
            let mut at = key(keys[0]);
            let mut sealed = match first {
                true => first_version(&at, place, text.as_bytes()),
                false => seal(&at, place, text.as_bytes()),
            };
            for next in &keys[1..] {
                sealed = rewrap(&at, &key(*next), place, &sealed).unwrap();
                at = key(*next);
            }
            prop_assert_eq!(key_id(&sealed).unwrap(), at.id);
            let opened = open(&at, place, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), text);
        }

        #[test]
        fn an_altered_value_is_altered_under_every_key(at: prop::sample::Index, flip in 1u8..) {
            let place = field(1, 2, "credential");
            let mut sealed = seal(&key(1), place, b"some value");
            let at = at.index(sealed.0.len());
            sealed.0[at] ^= flip;
            let moved = rewrap(&key(1), &key(2), place, &sealed);
            prop_assert!(moved.and_then(|moved| open(&key(2), place, &moved)).is_err());
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

    /// As version 1 was written.
    fn first_version(key: &EncryptionKey, field: SealedField, plain: &[u8]) -> Sealed {
        let aad = Aads::of(FIRST_VERSION, key.id, field);
        let data_key = [7; DATA_KEY_LEN];
        let mut out = vec![FIRST_VERSION];
        out.extend_from_slice(&key.id.0);
        append_sealed(&key.key, &aad.data_key, &data_key, &mut out);
        append_sealed(&aes(&data_key), &aad.value, plain, &mut out);
        Sealed(out)
    }

    #[test]
    fn an_envelope_of_the_first_version_opens() {
        // Written by the release before version 2.
        let stored = include_str!("envelope_v1.hex");
        let bytes: Vec<u8> = (0..stored.trim().len() / 2)
            .map(|at| u8::from_str_radix(&stored[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        let opened = open(&key(1), field(1, 2, "credential"), &Sealed(bytes)).unwrap();
        assert_eq!(opened.expose(), "of the first version");
    }

    #[test]
    fn a_new_key_wraps_the_data_key_and_leaves_the_value() {
        let place = field(1, 2, "credential");
        let sealed = seal(&key(1), place, b"value");
        let moved = rewrap(&key(1), &key(2), place, &sealed).unwrap();
        assert_eq!(key_id(&moved).unwrap(), key(2).id);
        assert_eq!(moved.0[WRAPPED_END..], sealed.0[WRAPPED_END..]);
        assert_ne!(moved.0[ID_END..WRAPPED_END], sealed.0[ID_END..WRAPPED_END]);
        assert_eq!(open(&key(2), place, &moved).unwrap().expose(), "value");
        assert_eq!(open(&key(1), place, &moved), Err(VaultError::Tampered));
        let elsewhere = field(1, 3, "credential");
        let refused = rewrap(&key(1), &key(2), elsewhere, &sealed);
        assert_eq!(refused, Err(VaultError::Tampered));
    }

    #[test]
    fn two_seals_of_one_value_differ() {
        let seal = || seal(&key(1), field(1, 2, "credential"), b"same");
        assert_ne!(seal(), seal());
    }
}
