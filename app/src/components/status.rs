//! A state in a word, with a dot whose colour repeats it.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Warn,
    Danger,
    #[default]
    Idle,
}

impl Tone {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Idle => "idle",
        }
    }
}

#[component]
pub fn Status(tone: Tone, children: Children) -> impl IntoView {
    view! {
        <span class="status" data-tone=tone.as_str()>
            {children()}
        </span>
    }
    .into_any()
}
