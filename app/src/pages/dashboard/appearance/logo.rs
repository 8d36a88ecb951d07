//! Choosing the app's logo. The file is read here and sent when everything is saved.

use leptos::prelude::*;

use super::draft::{Draft, DraftLogo};
use crate::{
    components::{Button, ButtonKind, Glyph, Icon, Problem, browser::read_file, field_error},
    contract::{ApiError, appearance::MAX_LOGO},
};

#[component]
pub fn LogoChoice(draft: Draft, app_name: String, problem: Problem) -> impl IntoView {
    let error = field_error(problem, "logo");
    let choose = move |event| {
        read_file(&event, move |file| {
            problem.set(None);
            match file {
                Some(file) if file.size <= MAX_LOGO => draft.logo.set(DraftLogo::New(file.address)),
                Some(_) => {
                    let message = "Choose a picture of at most 64 kB.";
                    problem.set(Some(ApiError::field("logo", message)));
                }
                None => {}
            }
        });
    };
    let remove = move |_| {
        problem.set(None);
        draft.logo.set(DraftLogo::None);
    };
    let initial: String = app_name
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .into_iter()
        .collect();
    let tile = move || match draft.picture() {
        Some(src) => {
            view! { <img src=src alt="The app's logo" width="24" height="24" /> }.into_any()
        }
        None => view! { <b class="portal-initial" aria-hidden="true">{initial.to_uppercase()}</b> }
            .into_any(),
    };
    view! {
        <div class="field">
            <label for="field-logo">"Logo"</label>
            <div class="logo-choice">
                <span class="logo">{tile}</span>
                <input
                    class="file"
                    id="field-logo"
                    name="logo"
                    type="file"
                    accept=".svg,.png,.webp,image/svg+xml,image/png,image/webp"
                    aria-describedby="logo-help"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    on:change=choose
                />
                <Show when=move || draft.picture().is_some()>
                    <Button small=true kind=ButtonKind::Quiet icon=Glyph::Trash on:click=remove>
                        "Remove"<span class="visually-hidden">" the logo"</span>
                    </Button>
                </Show>
            </div>
            {move || error.get().map(|error| view! {
                <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
            })}
            <p class="field-help" id="logo-help">"SVG, PNG or WebP, at most 64 kB. It stands beside the provider's."</p>
        </div>
    }
    .into_any()
}
