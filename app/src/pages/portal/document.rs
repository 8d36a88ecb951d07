//! The documents around the portal, rendered by the server.

use leptos::{nonce::use_nonce, prelude::*};

use super::{
    PortalApp,
    boot::{BOOT_ID, boot, encode},
    language::Language,
    layout::Layout,
};
use crate::{
    appearance::{Ground, style},
    contract::appearance::Appearance,
    shell::{Basics, Head},
};

/// Keeps the page usable until it is hydrated: says to the host page that it may be shown and what
/// it is called, closes, and opens the provider's window in the press. `driver::early` takes over.
const EARLY: &str = include_str!("early.js");

/// How the page looks; the server provides it by context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortalLook {
    pub appearance: Appearance,
    /// Names of what the host page asked for and cannot have.
    pub ignored: Vec<&'static str>,
}

/// The whole page. Needs the contexts `portal::PortalBoot`, `portal::language::Language`,
/// `portal::layout::Layout`, [`PortalLook`] and `shell::Assets`.
#[component]
pub fn PortalDocument() -> impl IntoView {
    let boot = boot();
    let language = use_context::<Language>().unwrap_or_default();
    let layout = use_context::<Layout>().unwrap_or_default();
    let look = use_context::<PortalLook>().unwrap_or_default();
    let hosted = matches!(&boot.page, Ok(page) if page.hosted.is_some()).then_some("true");
    let theme = look.appearance.theme.forced();
    let ignored = (!look.ignored.is_empty()).then(|| look.ignored.join(", "));
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
            data-theme=theme
            data-ignored=ignored
            data-hosted=hosted
        >
            <head>
                <title>{title}</title>
                <Head entry="hydrate_portal" />
                <Look appearance=look.appearance />
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

/// The same without scripts, in one theme: to be looked at. Needs the same contexts.
#[component]
pub fn PortalPreview(ground: Ground) -> impl IntoView {
    let look = use_context::<PortalLook>().unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="en" class="portal-page" data-theme=ground.as_str()>
            <head>
                <title>"Preview"</title>
                <Basics />
                <Look appearance=look.appearance />
            </head>
            <body inert=true>
                <PortalApp />
            </body>
        </html>
    }
}

/// In the document itself, so that the first paint has it.
#[component]
pub fn Look(appearance: Appearance) -> impl IntoView {
    view! { <style id=super::LOOK_ID nonce=use_nonce() inner_html=style(&appearance)></style> }
}
