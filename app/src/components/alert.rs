//! Messages in the page: what went wrong, what has been done.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon},
    status::Tone,
};

/// Something went wrong, or will: read out at once.
#[component]
pub fn Alert(children: Children) -> impl IntoView {
    view! {
        <div class="alert" role="alert" data-tone="danger">
            <Icon glyph=Glyph::Problem />
            <div>{children()}</div>
        </div>
    }
    .into_any()
}

/// Something to know. `live` has it read out when it appears, after what is being said.
#[component]
pub fn Notice(
    children: Children,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] live: bool,
) -> impl IntoView {
    let glyph = match tone {
        Tone::Ok => Glyph::Done,
        Tone::Warn | Tone::Danger => Glyph::Warning,
        Tone::Idle => Glyph::Info,
    };
    view! {
        <div class="alert" role=live.then_some("status") data-tone=tone.as_str()>
            <Icon glyph />
            <div>{children()}</div>
        </div>
    }
    .into_any()
}
