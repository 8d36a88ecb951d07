//! Patchbay's process.

pub mod access;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod http;
pub mod logging;
pub mod ports;
pub mod providers;
pub mod runtime;
pub mod store;
pub mod use_cases;
pub mod vault;
