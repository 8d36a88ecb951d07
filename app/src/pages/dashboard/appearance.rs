//! How the portal looks: chosen beside the portal itself, and saved when it is right.

use leptos::prelude::*;
use leptos_meta::Title;

use super::place::use_project_id;
use crate::{
    components::Load, contract::appearance::AppearancePage as Chosen,
    server_fns::appearance::appearance,
};

mod draft;
mod form;
mod logo;
mod preview;

#[component]
pub fn AppearancePage() -> impl IntoView {
    let project_id = use_project_id();
    let chosen = Resource::new(move || project_id.get(), appearance);
    view! {
        <Title text="Appearance" />
        <div class="page-head">
            <h1>"Appearance"</h1>
        </div>
        <Load resource=chosen let:chosen>
            <Editor chosen project_id=project_id.get_untracked() />
        </Load>
    }
    .into_any()
}

#[component]
fn Editor(chosen: Chosen, project_id: String) -> impl IntoView {
    let draft = draft::Draft::new(chosen.appearance);
    view! {
        <div class="look">
            <form::ChoicesCard draft project_id=project_id.clone() app_name=chosen.app_name.clone() />
            <preview::Preview draft project_id app_name=chosen.app_name />
        </div>
    }
    .into_any()
}
