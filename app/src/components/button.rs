//! Buttons, and links that look like buttons.

use leptos::prelude::*;

use super::{
    browser::use_hydrated,
    icon::{Glyph, Icon},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing that a view is for.
    Primary,
    #[default]
    Secondary,
    /// Takes something away.
    Danger,
    /// Without an edge: beside other content.
    Quiet,
}

impl ButtonKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A button; give it `on:click`. It takes no press until the page is alive, so that none is lost.
/// `busy` keeps its width and name: a handler still has to ignore presses meanwhile.
#[component]
pub fn Button(
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    /// Submits the form around it.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] small: bool,
    /// As wide as what holds it.
    #[prop(optional)]
    wide: bool,
    #[prop(optional)] icon: Option<Glyph>,
    #[prop(into, optional)] busy: Signal<bool>,
    #[prop(into, optional)] disabled: Signal<bool>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-kind=kind.as_str()
            data-size=small.then_some("small")
            data-wide=wide.then_some("")
            data-waiting=move || (!hydrated.get() && !disabled.get()).then_some("")
            disabled=move || disabled.get() || !hydrated.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="button-label">{children()}</span>
            {move || busy.get().then(|| view! { <span class="button-busy" aria-hidden="true"></span> })}
        </button>
    }
}

/// A link that looks like a button: it leads somewhere and changes nothing.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    children: Children,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    #[prop(optional)] icon: Option<Glyph>,
) -> impl IntoView {
    view! {
        <a
            class="button"
            href=href
            data-kind=kind.as_str()
            data-size=small.then_some("small")
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="button-label">{children()}</span>
        </a>
    }
}
