//! What the two databases do not say in the same words. Everything else is one text, in `sql/`.

/// `$2` is in lower case. Both functions look for it literally, and `lower` changes ASCII letters only:
/// SQLite's does by nature, PostgreSQL's under the collation of the column, which is `C`.
pub(super) mod sqlite {
    macro_rules! user_matches {
        () => {
            "instr(lower(user_id), $2) > 0"
        };
    }
    pub(in crate::store) use user_matches;
}

pub(super) mod postgres {
    macro_rules! user_matches {
        () => {
            "strpos(lower(user_id), $2) > 0"
        };
    }
    pub(in crate::store) use user_matches;
}
