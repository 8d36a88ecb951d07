//! What holds for any bytes in the place of an envelope.

use base64::{Engine, engine::general_purpose::STANDARD};
use uuid::Uuid;

use super::{key_id, open, rewrap, seal};
use crate::{
    domain::secret::{Sealed, Secret},
    ports::vault::SealedField,
    vault::EncryptionKey,
};

fn key(byte: u8) -> EncryptionKey {
    let text = Secret::new(STANDARD.encode([byte; 32]));
    EncryptionKey::from_base64(&text).expect("32 bytes")
}

/// Only what was sealed opens: neither these bytes nor an envelope that they have changed.
pub fn envelope(data: &[u8]) {
    let place = SealedField {
        project: Uuid::from_u128(1),
        owner: Uuid::from_u128(2),
        field: "credential",
    };
    let given = Sealed(data.to_vec());
    assert!(open(&key(1), place, &given).is_err());
    assert!(rewrap(&key(1), &key(2), place, &given).is_err());
    assert!(key_id(&given).is_err() || data.len() > 1 + 8);

    let whole = seal(&key(1), place, b"what is kept");
    let mut changed = whole.clone();
    for (place, byte) in data.iter().enumerate() {
        let at = place % changed.0.len();
        changed.0[at] ^= byte;
    }
    if changed.0 != whole.0 {
        assert!(open(&key(1), place, &changed).is_err());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes(data: Vec<u8>) {
            super::envelope(&data);
        }
    }
}
