//! How the integrations of a project are shown.

pub mod list;
