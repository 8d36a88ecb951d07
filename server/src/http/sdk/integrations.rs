//! The integrations a user can connect.

pub mod list;
pub mod uninstall;
