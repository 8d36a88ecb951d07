//! The user of the token.

pub mod read;
pub mod update;
mod view;
