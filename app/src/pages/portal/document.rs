//! The documents around the portal, rendered by the server.

use std::sync::LazyLock;

use leptos::{nonce::use_nonce, prelude::*};

use super::{
    PortalApp,
    boot::{BOOT_ID, boot, encode},
    driver::Standing,
    language::Language,
    layout::Layout,
    scene::Message,
    state::Screen,
    strings::Strings,
    trouble::{Names, Trouble, TroubleKind},
    view::Say,
};
use crate::{
    appearance::{Ground, style},
    contract::appearance::Appearance,
    shell::{Basics, Wake},
};

/// Does the portal's work until the page is hydrated, and where it never is. `driver::early` takes over.
static EARLY: LazyLock<String> = LazyLock::new(|| compact(include_str!("early.js")));

/// Without what people need to read it: it comes with every page, and is not kept by browsers.
fn compact(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines
        .filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/**"));
    code.collect::<Vec<_>>().join("\n")
}

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
    // A page that is further than the machine begins has none: its forms do the work.
    let standing = use_context::<Standing>();
    let waits = standing
        .as_ref()
        .is_some_and(|standing| standing.portal.screen == Screen::Checking);
    let wakes = standing.is_none().then(|| {
        view! {
            <Wake start="patchbayEarly.letIn(app.hydrate_portal)" />
            <script id=BOOT_ID type="application/json" inner_html=encode(&boot)></script>
            <template id="portal-unreachable">
                <div id="portal-away"><Unreachable say=boot.strings /></div>
            </template>
            // After the sheet, so that it speaks when the page is about to be painted.
            <script nonce=use_nonce() inner_html=EARLY.as_str()></script>
        }
    });
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
                <Basics />
                <Look appearance=look.appearance />
                <meta name="robots" content="noindex" />
                {waits.then(|| view! { <meta http-equiv="refresh" content="2" /> })}
                {wakes}
            </head>
            <body>
                <PortalApp />
            </body>
        </html>
    }
}

/// What the early script shows where the server does not answer.
#[component]
fn Unreachable(say: &'static Strings) -> impl IntoView {
    let trouble = Trouble::from(TroubleKind::Unreachable);
    let text = trouble.text(say, Names::default());
    let message = Message {
        tone: trouble.tone(),
        role: "alert",
        text,
        list: Vec::new(),
    };
    view! { <Say message /> }
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
