//! Everything that is tested from outside, in one binary.

mod architecture;
mod contract;
mod issuers;
mod openapi;
mod providers;
mod support;
mod vault;
