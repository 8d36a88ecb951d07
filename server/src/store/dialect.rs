//! What the two databases do not say in the same words. Everything else is one text, in `sql/`.

/// `$2` is in lower case. Both functions look for it literally, and `lower` changes ASCII letters only:
/// SQLite's does by nature, PostgreSQL's under the collation of the column, which is `C`.
pub(super) mod sqlite {
    macro_rules! user_matches {
        () => {
            "instr(lower(user_id), $2) > 0"
        };
    }
    /// Microseconds since 1970 by the database's clock.
    macro_rules! now_micros {
        () => {
            "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
        };
    }
    /// A unit of work is alone already.
    macro_rules! lock_keyring {
        () => {
            "SELECT 1"
        };
    }
    pub(in crate::store) use {lock_keyring, now_micros, user_matches};
}

pub(super) mod postgres {
    macro_rules! user_matches {
        () => {
            "strpos(lower(user_id), $2) > 0"
        };
    }
    macro_rules! now_micros {
        () => {
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
        };
    }
    macro_rules! lock_keyring {
        () => {
            "LOCK TABLE encryption_keys IN SHARE ROW EXCLUSIVE MODE"
        };
    }
    pub(in crate::store) use {lock_keyring, now_micros, user_matches};
}
