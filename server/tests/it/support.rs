//! What several tests need.

pub mod rows;
pub mod store;
