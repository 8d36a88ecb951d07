//! Sets of settings of one account, beside its default one.

pub mod create;
pub mod remove;
pub mod update;
