//! The document around the portal, rendered by the server.

use leptos::{nonce::use_nonce, prelude::*};

use super::{
    PortalApp,
    boot::{BOOT_ID, boot, encode},
    language::Language,
    layout::Layout,
};
use crate::shell::Head;

/// Keeps the page usable until it is hydrated: says to the host page that it may be shown and what
/// it is called, closes, and opens the provider's window in the press. `driver::early` takes over.
const EARLY: &str = include_str!("early.js");

/// The whole page. Needs the contexts `portal::PortalBoot`, `portal::language::Language`,
/// `portal::layout::Layout` and `shell::Assets`.
#[component]
pub fn PortalDocument() -> impl IntoView {
    let boot = boot();
    let language = use_context::<Language>().unwrap_or_default();
    let layout = use_context::<Layout>().unwrap_or_default();
    let title = match &boot.page {
        Ok(page) => boot.strings.connect_title(&page.name).plain(),
        Err(_) => boot.strings.connect.to_owned(),
    };
    view! {
        <!DOCTYPE html>
        <html
            lang=language.tag()
            dir=language.direction()
            class="portal-page"
            data-layout=layout.name()
        >
            <head>
                <title>{title}</title>
                <Head entry="hydrate_portal" />
                // After the sheet, so that it speaks when the page is about to be painted.
                <script nonce=use_nonce() inner_html=EARLY></script>
                <meta name="robots" content="noindex" />
                <script id=BOOT_ID type="application/json" inner_html=encode(&boot)></script>
            </head>
            <body>
                <PortalApp />
            </body>
        </html>
    }
}
