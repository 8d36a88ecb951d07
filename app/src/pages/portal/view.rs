//! How the portal is drawn. One template for every state, and no type-erased views: each view type
//! is compiled into the browser's download once, each erased one twice.

mod copy;
mod fields;
mod frame;
pub mod lists;
mod mapper;
mod settings;
mod stage;
mod words;

pub use frame::Frame;
#[cfg(feature = "ssr")]
pub use frame::Pair;
#[cfg(feature = "ssr")]
pub use words::Words;
