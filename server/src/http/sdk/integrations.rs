//! The integrations a user can connect.

pub mod list;
pub mod row;
pub mod uninstall;
