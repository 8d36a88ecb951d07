//! A user's connected accounts.

pub mod create;
pub mod list;
