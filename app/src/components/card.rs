//! A part of a page under one heading.

use leptos::prelude::*;

/// `title` is a heading of the second level.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    #[prop(into, optional)] text: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{title}</h2>
                {text.map(|text| view! { <p>{text}</p> })}
            </div>
            <div class="card-body">{children()}</div>
        </section>
    }
    .into_any()
}
