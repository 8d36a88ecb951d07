//! What several tests need.

pub mod rows;
pub mod service;
pub mod store;
