//! Accounts of the company's own that workflows call.

pub mod connect;
