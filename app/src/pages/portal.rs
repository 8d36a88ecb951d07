//! The portal: where a user connects an account. Shown by the SDK in a frame over the host page.

mod account;
mod boot;
#[cfg(feature = "ssr")]
mod document;
mod driver;
#[cfg(feature = "ssr")]
pub mod language;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod layout;
#[cfg(feature = "ssr")]
mod link;
pub mod phrase;
#[cfg(feature = "ssr")]
pub mod plain;
mod scene;
#[cfg(feature = "ssr")]
pub mod small;
mod state;
mod strings;
mod trouble;
mod view;
#[cfg(test)]
mod wire_names;

use leptos::prelude::*;

pub use boot::PortalBoot;
#[cfg(feature = "ssr")]
pub use document::{PortalDocument, PortalLook, PortalPreview};
#[cfg(feature = "ssr")]
pub use driver::Standing;

/// The id of the element that holds the project's look as a rule.
pub const LOOK_ID: &str = "portal-look";

#[cfg(feature = "ssr")]
pub use link::{LinkDocument, LinkPage, LinkStage};

use driver::Driver;
use view::Frame;

/// The body of the page, the same in the server's render and in the browser.
#[component]
pub fn PortalApp() -> impl IntoView {
    let PortalBoot {
        page,
        strings,
        accounts,
    } = boot::boot();
    let driver = Driver::new(&page, accounts);
    let broken = page.is_err();
    // Effects run in the browser only, once the page is hydrated.
    Effect::new(move |_| driver.start(broken));
    view! { <Frame driver page strings /> }
}
