//! The dashboard's and the portal's pages.

pub mod dashboard;
pub mod portal;
