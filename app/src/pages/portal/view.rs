//! How the portal is drawn. One template for every state, and no type-erased views: each view type
//! is compiled into the browser's download once, each erased one twice.

mod copy;
mod fields;
mod frame;
#[cfg_attr(not(feature = "settings"), allow(dead_code))]
pub mod lists;
#[cfg(feature = "settings")]
mod mapper;
#[cfg(feature = "settings")]
mod settings;
mod stage;
mod words;

pub use frame::Frame;
#[cfg(feature = "ssr")]
pub use frame::Pair;
#[cfg(feature = "ssr")]
pub use stage::{Say, Stage};
#[cfg(feature = "ssr")]
pub use words::Words;
