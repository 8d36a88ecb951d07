//! The window in which a person authorises, from its opening to the provider's answer.

pub mod callback;
pub mod handoff;
pub mod small;
pub mod window;
