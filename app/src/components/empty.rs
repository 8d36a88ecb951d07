//! What stands where nothing is yet: what it is, why it is empty, and the one way on.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// `children` hold the button that changes it, where there is one.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph />
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
