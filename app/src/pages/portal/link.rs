//! The page of a link before its browser has said that it is for it, rendered by the server alone.

use leptos::{either::EitherOf3, nonce::use_nonce, prelude::*};

use super::{
    document::{Look, PortalLook},
    language::Language,
    phrase::Phrase,
    strings::Strings,
    view::{Pair, Words},
};
use crate::{
    components::{Glyph, Icon},
    contract::portal::PortalPage,
    shell::Basics,
};

/// How far the browser is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinkStage {
    /// What stands behind `#` is in the browser only. Without scripts a person pastes it; `wrong`: what
    /// was pasted is not it.
    Opening { action: String, wrong: bool },
    /// It holds the token and is asked.
    Confirm { recipient: String, action: String },
    /// There is nothing to open.
    #[default]
    Over,
}

/// What the server knows; it provides this by context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkPage {
    pub look: PortalLook,
    /// None where there is no such link.
    pub page: Option<PortalPage>,
    pub stage: LinkStage,
}

/// The whole page. Needs the contexts [`LinkPage`], `portal::language::Language` and `shell::Assets`.
#[component]
pub fn LinkDocument() -> impl IntoView {
    let LinkPage { look, page, stage } = use_context::<LinkPage>().unwrap_or_default();
    let language = use_context::<Language>().unwrap_or_default();
    let say = language.strings();
    let theme = look.appearance.theme.forced();
    let title = match &page {
        Some(page) => say.connect_title(&page.name).plain(),
        None => say.link_over.to_owned(),
    };
    let script = (stage != LinkStage::Over).then(|| {
        view! { <script type="module" nonce=use_nonce() src="/static/link.js"></script> }
    });
    view! {
        <!DOCTYPE html>
        <html
            lang=language.tag()
            dir=language.direction()
            class="portal-page"
            data-theme=theme
            data-hosted="true"
        >
            <head>
                <title>{title}</title>
                <Basics />
                <Look appearance=look.appearance />
                <meta name="robots" content="noindex" />
                {script}
            </head>
            <body>
                <div class="portal">
                    <main class="portal-card">
                        <header class="portal-head">
                            {page.clone().map(|page| view! { <Pair page /> })}
                        </header>
                        <Stage page stage say />
                    </main>
                </div>
            </body>
        </html>
    }
}

#[component]
fn Stage(page: Option<PortalPage>, stage: LinkStage, say: &'static Strings) -> impl IntoView {
    let Some(page) = page else {
        return EitherOf3::A(view! { <Over app="Patchbay".to_owned() say hidden=false /> });
    };
    match stage {
        LinkStage::Over => EitherOf3::A(view! { <Over app=page.app_name say hidden=false /> }),
        LinkStage::Opening { action, wrong } => EitherOf3::B(view! {
            <div class="portal-screen" id="opening" hidden=true>
                <h1>{say.link_opening}</h1>
                <span class="portal-progress" aria-hidden="true"></span>
            </div>
            <noscript>
                <Paste action wrong />
            </noscript>
            <Over app=page.app_name say hidden=true />
        }),
        LinkStage::Confirm { recipient, action } => {
            EitherOf3::C(view! { <Confirm page recipient action say /> })
        }
    }
}

/// Asks for what stands behind `#`: only a script can read it from the address, and in a form it stays
/// out of every log.
#[component]
fn Paste(action: String, wrong: bool) -> impl IntoView {
    let say = use_context::<Language>().unwrap_or_default().small();
    view! {
        <form class="portal-screen" method="post" action=action>
            <h1>{say.paste_title}</h1>
            <p class="portal-text">{say.paste_text}</p>
            <div class="field">
                <label for="token">{say.paste_label}</label>
                <input
                    class="input"
                    id="token"
                    name="token"
                    type="text"
                    required=true
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=wrong.then_some("token-error")
                />
                {wrong.then(|| view! {
                    <p class="field-error" id="token-error" role="alert">
                        <Icon glyph=Glyph::Problem />
                        <span>{say.paste_wrong}</span>
                    </p>
                })}
            </div>
            <div class="portal-actions">
                <button class="button" type="submit" data-kind="primary" data-wide="">
                    {say.go_on}
                </button>
            </div>
        </form>
    }
}

/// Names whom it is for: a link can be sent on, and whoever connects by it gives access to an account.
#[component]
fn Confirm(
    page: PortalPage,
    recipient: String,
    action: String,
    say: &'static Strings,
) -> impl IntoView {
    let (app, provider) = (page.app_name, page.name);
    view! {
        <form class="portal-screen" method="post" action=action>
            <h1><Words phrase=say.connect_title(&provider) /></h1>
            <div class="alert" data-tone="idle">
                <Icon glyph=Glyph::Info />
                <div>
                    <p><Words phrase=say.link_for(&app, &recipient) /></p>
                    <p>{say.link_own}</p>
                </div>
            </div>
            <p class="portal-text"><Words phrase=say.access(&app, &provider) /></p>
            <div class="portal-actions">
                <button class="button" type="submit" data-kind="primary" data-wide="">
                    {say.link_continue}
                </button>
            </div>
        </form>
    }
}

#[component]
fn Over(app: String, say: &'static Strings, hidden: bool) -> impl IntoView {
    let text: Phrase = say.link_over_text(&app);
    view! {
        <div class="portal-screen" id="over" hidden=hidden>
            <h1>{say.link_over}</h1>
            <div class="alert" role="alert" data-tone="warn">
                <Icon glyph=Glyph::Warning />
                <div><p><Words phrase=text /></p></div>
            </div>
        </div>
    }
}
