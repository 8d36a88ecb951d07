//! What providers can tell workflows of.

pub mod list;
