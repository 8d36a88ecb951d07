//! Providers: what is known of them, and every call that Patchbay makes to them.

mod answer;
mod assertion;
mod authorize;
mod bag;
pub mod catalog;
pub mod client;
mod discovery;
pub mod egress;
mod fields;
mod forward;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod host_pages;
mod inject;
pub mod key_source;
mod pem;
mod redact;
mod sign;
mod token;
mod transport;
mod verify;
pub mod webhook_sender;
