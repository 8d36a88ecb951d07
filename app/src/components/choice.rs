//! Inputs of which the page follows every move: one of a list, and a number within bounds.

use leptos::prelude::*;

/// One of a list: its name on the wire and for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub name: &'static str,
    pub title: &'static str,
}

/// A list that opens.
#[component]
pub fn Select(
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
    /// The name of the one that is chosen.
    value: Signal<&'static str>,
    #[prop(into)] on_choice: Callback<String>,
) -> impl IntoView {
    let id = format!("field-{name}");
    let option = move |Choice { name, title }| {
        let chosen = value.get_untracked() == name;
        view! { <option value=name selected=chosen>{title}</option> }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                class="input"
                id=id
                name=name
                prop:value=move || value.get()
                on:change=move |event| on_choice.run(event_target_value(&event))
            >
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// A few of which one is chosen, side by side.
#[component]
pub fn Segments(
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
    value: Signal<&'static str>,
    #[prop(into)] on_choice: Callback<String>,
) -> impl IntoView {
    let option = move |choice: Choice| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    value=choice.name
                    prop:checked=move || value.get() == choice.name
                    checked=value.get_untracked() == choice.name
                    on:change=move |event| on_choice.run(event_target_value(&event))
                />
                {choice.title}
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field-name">{label}</legend>
            <div class="segments">{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// A number of pixels from 0 to `max`, moved along a line.
#[component]
pub fn Range(
    name: &'static str,
    label: &'static str,
    value: RwSignal<u8>,
    max: u8,
) -> impl IntoView {
    let id = format!("field-{name}");
    let moved = move |event| {
        if let Ok(moved) = event_target_value(&event).parse::<u8>() {
            value.set(moved.min(max));
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="range">
                <input
                    id=id.clone()
                    name=name
                    type="range"
                    min="0"
                    max=max.to_string()
                    value=value.get_untracked().to_string()
                    prop:value=move || value.get().to_string()
                    aria-valuetext=move || format!("{} pixels", value.get())
                    on:input=moved
                />
                <output for=id>{move || format!("{} px", value.get())}</output>
            </div>
        </div>
    }
    .into_any()
}
