//! Copying: a button that says so when it did.

use std::time::Duration;

use leptos::prelude::*;

use super::{
    browser::copy_text,
    button::{Button, ButtonKind},
    icon::Glyph,
};

/// How long the button says what it did.
const SAID_FOR: Duration = Duration::from_secs(2);

/// Copies `text`. `what` names it for those who do not see what stands beside the button.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// The whole name of the button, where "Copy" is too little.
    #[prop(into, optional)]
    label: Option<String>,
    /// Ends the name of the button, unseen: "Copy" + "redirect URI".
    #[prop(into, optional)]
    what: Option<String>,
    #[prop(default = ButtonKind::Quiet)] kind: ButtonKind,
) -> impl IntoView {
    let copy = Action::new_local(move |(): &()| {
        let text = text.get_untracked();
        async move { copy_text(&text).await }
    });
    let said = RwSignal::new(None::<bool>);
    Effect::new(move |_| {
        if let Some(done) = copy.value().get() {
            said.set(Some(done));
            set_timeout(
                move || {
                    said.try_set(None);
                },
                SAID_FOR,
            );
        }
    });
    let name = label.unwrap_or_else(|| "Copy".to_owned());
    let words = move || match said.get() {
        None => name.clone(),
        Some(true) => "Copied".to_owned(),
        Some(false) => "Not copied".to_owned(),
    };
    view! {
        <Button kind small=true icon=Glyph::Copy on:click=move |_| { copy.dispatch(()); }>
            <span aria-live="polite">{words}</span>
            {what.map(|what| view! { <span class="visually-hidden">" " {what}</span> })}
        </Button>
    }
    .into_any()
}

/// A value that people copy, with its button. `label` names both.
#[component]
pub fn CopyValue(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(into, optional)] help: Option<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <span class="field-name">{label.clone()}</span>
            <div class="copyable">
                <code>{value.clone()}</code>
                <CopyButton text=value what=label />
            </div>
            {help.map(|help| view! { <p class="field-help">{help}</p> })}
        </div>
    }
    .into_any()
}
