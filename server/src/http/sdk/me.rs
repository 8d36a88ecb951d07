//! The user of the token.

pub mod read;
