//! What the use cases need of the world, as traits.

pub mod clock;
pub mod host_pages;
pub mod key_source;
pub mod provider;
pub mod store;
pub mod vault;
pub mod webhook_sender;
