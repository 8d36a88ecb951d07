//! What several tests need.

pub mod acme;
pub mod process;
pub mod rows;
pub mod service;
pub mod store;
