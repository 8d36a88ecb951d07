//! What an SDK of the embed protocol does to have a person authorise in a window.

pub mod build;
pub mod nonce;
pub mod session;
