//! Entities, state machines and newtypes. No I/O, and no knowledge of the rest.

pub mod address;
pub mod api_key;
pub mod appearance;
pub mod audit;
pub mod configuration;
pub mod connection;
pub mod definition;
pub mod embedding;
pub mod encryption_key;
pub mod event;
pub mod flow;
pub mod id;
pub mod integration;
pub mod intent;
pub mod issuer;
pub mod link;
pub mod notes;
pub mod operator;
pub mod project;
pub mod revocation;
pub mod secret;
pub mod selector;
pub mod setting;
pub mod token_set;
pub mod upkeep;
pub mod webhook;

/// A moment, to the microsecond: what both databases keep.
pub type Timestamp = jiff::Timestamp;
