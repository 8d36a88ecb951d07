//! Everything that is tested from outside, in one binary.

mod ahead;
mod architecture;
mod contract;
mod issuers;
mod kinds;
mod openapi;
mod providers;
mod revocations;
mod support;
mod vault;
mod work;
