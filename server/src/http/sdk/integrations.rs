//! The integrations a user can connect.

pub mod list;
pub mod row;
mod settings;
pub mod uninstall;
