//! A user's connected accounts.

pub mod create;
mod given;
pub mod list;
pub mod read;
pub mod set_up;
pub mod update;
