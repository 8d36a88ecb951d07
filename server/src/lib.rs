//! Patchbay's process.

pub mod domain;
pub mod ports;
pub mod providers;
pub mod store;
