//! Events that an app tells of.

pub mod trigger;
