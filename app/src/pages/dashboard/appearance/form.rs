//! The choices, what is corrected of them, and saving.

use leptos::prelude::*;

use super::{draft::Draft, logo::LogoChoice};
use crate::{
    appearance::corrections,
    color::NoColor,
    components::{
        Button, ButtonKind, Choice, Form, FormValues, Glyph, Icon, Problem, Range, Segments,
        Select, field_error, on_result,
    },
    contract::{
        ApiError,
        appearance::{Font, MAX_RADIUS, Theme},
    },
    server_fns::appearance::save_appearance,
};

const FIELDS: &[&str] = &["accent", "logo"];
/// Where a picker stands when Patchbay's own blue is in use.
const BLUE: &str = "#1d5fc4";

#[component]
pub fn ChoicesCard(draft: Draft, project_id: String, app_name: String) -> impl IntoView {
    let problem = Problem::new(None);
    let save = Action::new(move |(): &()| {
        save_appearance(project_id.clone(), draft.look(), draft.logo_change())
    });
    on_result(save, problem, move |stored| draft.keep(stored));
    let submit = move |_: FormValues| {
        if let Err(NoColor) = untrack(|| draft.wanted_accent()) {
            problem.set(Some(ApiError::field("accent", NoColor.to_string())));
        } else if !untrack(|| draft.changes()).is_empty() {
            problem.set(None);
            save.dispatch(());
        }
    };
    view! {
        <section class="card">
            <div class="card-body">
                <Form fields=FIELDS problem busy=save.pending() on_submit=submit>
                    <Accent draft problem />
                    <LogoChoice draft app_name problem />
                    <Range
                        name="radius"
                        label="Corner radius"
                        value=draft.radius
                        max=MAX_RADIUS
                    />
                    <Select
                        name="font"
                        label="Font"
                        options=choices(Font::ALL, Font::as_str, Font::title)
                        value=Signal::derive(move || draft.font.get().as_str())
                        on_choice=move |name: String| put(draft.font, &name)
                    />
                    <Segments
                        name="theme"
                        label="Theme"
                        options=choices(Theme::ALL, Theme::as_str, Theme::title)
                        value=Signal::derive(move || draft.theme.get().as_str())
                        on_choice=move |name: String| put(draft.theme, &name)
                    />
                    <Saving draft busy=save.pending() done=Signal::derive(move || matches!(save.value().get(), Some(Ok(_)))) />
                </Form>
            </div>
        </section>
    }
    .into_any()
}

fn choices<T: Copy>(
    all: &[T],
    name: fn(T) -> &'static str,
    title: fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter()
        .map(|one| Choice {
            name: name(*one),
            title: title(*one),
        })
        .collect()
}

fn put<T: std::str::FromStr + Send + Sync + 'static>(place: RwSignal<T>, name: &str) {
    if let Ok(value) = name.parse() {
        place.set(value);
    }
}

/// A colour as text and as a picker, and what becomes of it where it could not be read.
#[component]
fn Accent(draft: Draft, problem: Problem) -> impl IntoView {
    let error = field_error(problem, "accent");
    let typed = move |event| {
        problem.set(None);
        draft.accent.set(event_target_value(&event));
    };
    let judge = move |_| {
        // What is wrong elsewhere takes the focus, and must outlive that.
        if untrack(|| draft.wanted_accent()).is_err() {
            problem.set(Some(ApiError::field("accent", NoColor.to_string())));
        }
    };
    let picked = move || match draft.wanted_accent() {
        Ok(Some(accent)) => accent.to_string(),
        _ => BLUE.to_owned(),
    };
    let told = move || {
        let accent = draft.wanted_accent().ok().flatten();
        let told = accent.map(corrections).unwrap_or_default();
        let draw = |sentence| view! { <p>{sentence}</p> };
        told.into_iter().map(draw).collect_view()
    };
    view! {
        <div class="field">
            <label for="field-accent">"Accent colour"</label>
            <div class="field-control color">
                <input
                    class="swatch"
                    type="color"
                    aria-label="Pick the accent colour"
                    value=untrack(picked)
                    prop:value=picked
                    on:input=move |event| draft.accent.set(event_target_value(&event))
                />
                <input
                    class="input"
                    id="field-accent"
                    name="accent"
                    placeholder="Patchbay's blue"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="7"
                    aria-describedby="accent-told"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    value=draft.accent.get_untracked()
                    prop:value=move || draft.accent.get()
                    on:input=typed
                    on:blur=judge
                />
            </div>
            {move || error.get().map(|error| view! {
                <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
            })}
            <div class="field-help" id="accent-told" role="status">{told}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Saving(draft: Draft, busy: Memo<bool>, done: Signal<bool>) -> impl IntoView {
    let changes = Memo::new(move |_| draft.changes());
    let same = Signal::derive(move || changes.read().is_empty());
    let words = move || match changes.read().as_slice() {
        [] if done.get() => view! { <Icon glyph=Glyph::Check />"Saved" }.into_any(),
        [] => "Nothing has changed.".into_any(),
        changes => format!("Not saved yet: {}.", changes.join(", ")).into_any(),
    };
    view! {
        <div class="form-foot">
            <Button submit=true kind=ButtonKind::Primary busy disabled=same>"Save changes"</Button>
            <Button disabled=same on:click=move |_| draft.discard()>"Discard"</Button>
            <Button kind=ButtonKind::Quiet on:click=move |_| draft.reset()>
                "Reset to Patchbay's look"
            </Button>
        </div>
        <p class="look-state" role="status">{words}</p>
    }
    .into_any()
}
