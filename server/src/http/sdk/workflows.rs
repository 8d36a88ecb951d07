//! Workflows of a project. There are none, and every answer says so.

pub mod none;
