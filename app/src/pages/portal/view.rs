//! How the portal is drawn. One template for every state, and no type-erased views: each view type
//! is compiled into the browser's download once, each erased one twice. What loads later is known
//! by a pointer alone.

mod copy;
mod fields;
mod frame;
#[cfg(feature = "hydrate")]
pub mod settings;
mod stage;
mod words;

pub use frame::Frame;
#[cfg(feature = "ssr")]
pub use frame::Pair;
#[cfg(feature = "ssr")]
pub use stage::{Say, Stage, WayButtons};
#[cfg(feature = "ssr")]
pub use words::Words;

#[cfg(feature = "hydrate")]
use leptos::web_sys::HtmlElement;

#[cfg(feature = "hydrate")]
use super::{driver::Driver, phrase::Phrase, scene::Way, strings::Strings};
#[cfg(feature = "hydrate")]
use crate::contract::setting::SettingField;

/// Draws the form of settings into an element: the settings, what its button says, and what can be
/// done beside. It stays for as long as the owner of the call.
#[cfg(feature = "hydrate")]
pub type DrawSettings =
    fn(HtmlElement, Driver, Vec<SettingField>, Phrase, Vec<Way>, &'static Strings);

/// The server has it at hand: `plain::SettingsForm`.
#[cfg(not(feature = "hydrate"))]
pub type DrawSettings = ();
