//! Everything that is tested from outside, in one binary.

mod ahead;
mod architecture;
mod audit;
mod contract;
mod events;
mod issuers;
mod kinds;
mod limits;
mod openapi;
mod providers;
mod revocations;
mod support;
mod vault;
mod webhooks;
mod work;
