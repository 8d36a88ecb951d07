//! What several tests need.

pub mod process;
pub mod rows;
pub mod service;
pub mod store;
