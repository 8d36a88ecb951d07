//! Providers: what is known of them, and every call that Patchbay makes to them.

mod answer;
mod authorize;
pub mod catalog;
pub mod client;
pub mod egress;
mod fields;
mod forward;
pub mod host_pages;
mod inject;
pub mod key_source;
mod redact;
mod token;
mod transport;
mod verify;
pub mod webhook_sender;
