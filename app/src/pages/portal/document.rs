//! The document around the portal, rendered by the server.

use leptos::{nonce::use_nonce, prelude::*};

use super::{
    PortalApp,
    boot::{BOOT_ID, boot, encode},
};
use crate::shell::Head;

/// Keeps the page usable until it is hydrated: says to the host page that it may be shown, closes,
/// and opens the provider's window in the press. `driver::early` takes over.
const EARLY: &str = include_str!("early.js");

/// The whole page. Needs the contexts `portal::PortalBoot` and `shell::Assets`.
#[component]
pub fn PortalDocument() -> impl IntoView {
    let boot = boot();
    let title = match &boot.0 {
        Ok(page) => format!("Connect {}", page.name),
        Err(_) => "Connect".to_owned(),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" class="portal-page">
            <head>
                <Head entry="hydrate_portal" />
                // After the sheet, so that it speaks when the page is about to be painted.
                <script nonce=use_nonce() inner_html=EARLY></script>
                <meta name="robots" content="noindex" />
                <title>{title}</title>
                <script id=BOOT_ID type="application/json" inner_html=encode(&boot)></script>
            </head>
            <body>
                <PortalApp />
            </body>
        </html>
    }
}
