//! Wire types and closed error codes shared by the server and the browser.

pub mod appearance;
pub mod connect;
pub mod dashboard;
pub mod error;
pub mod event;
pub mod plain;
pub mod portal;
pub mod setting;
pub mod user;
pub mod webhook;

pub use error::{ApiError, ErrorCode};
