//! Inputs with a label, help and an error. The browser keeps what is typed: a form reads it when it
//! is sent, so nothing that was typed before the page came alive is lost.

use leptos::{html, prelude::*};

use super::icon::{Glyph, Icon};

/// The frame of an input: label above, help and error below, tied together by `id`.
#[component]
fn Field(
    #[prop(into)] id: String,
    label: String,
    help: MaybeProp<String>,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-control">{children()}</div>
            {move || help.get().map(|help| view! { <p class="field-help" id=help_id.clone()>{help}</p> })}
            {move || error.get().map(|error| view! {
                <p class="field-error" id=error_id.clone()>
                    <Icon glyph=Glyph::Problem />
                    <span>{error}</span>
                </p>
            })}
        </div>
    }
    .into_any()
}

fn id_of(name: &str) -> String {
    format!("field-{name}")
}

/// The ids of what describes the input, for `aria-describedby`.
fn described_by(
    id: &str,
    help: MaybeProp<String>,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Clone + use<> {
    let id = id.to_owned();
    move || {
        let error_id = error.read().is_some().then(|| format!("{id}-error"));
        let help_id = help.get().map(|_| format!("{id}-help"));
        let ids: Vec<String> = [error_id, help_id].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One line of text. `name` is also the field's name in errors.
#[component]
pub fn TextInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    /// What stands in it at first.
    #[prop(into, optional)]
    value: String,
    #[prop(into, optional)] help: MaybeProp<String>,
    #[prop(into, optional)] placeholder: MaybeProp<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(default = "off")] autocomplete: &'static str,
    /// A regular expression that the whole value fits.
    #[prop(into, optional)]
    pattern: MaybeProp<String>,
    #[prop(optional)] required: bool,
    /// Runs with the value when the focus leaves.
    #[prop(into, optional)]
    on_blur: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let id = id_of(&name);
    let describedby = described_by(&id, help, error);
    view! {
        <Field id=id.clone() label help error>
            <input
                class="input"
                node_ref=node_ref
                id=id
                name=name
                type=kind
                value=value
                placeholder=move || placeholder.get()
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                pattern=move || pattern.get()
                required=required
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=describedby
                on:blur=move |event| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(event_target_value(&event));
                    }
                }
            />
        </Field>
    }
    .into_any()
}

/// A secret: dots, with a button that shows it. It takes pasting and password managers.
#[component]
pub fn PasswordInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] help: MaybeProp<String>,
    #[prop(into, optional)] placeholder: MaybeProp<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(into, optional)] pattern: MaybeProp<String>,
    #[prop(optional)] required: bool,
    #[prop(into, optional)] on_blur: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let id = id_of(&name);
    let describedby = described_by(&id, help, error);
    let shown = RwSignal::new(false);
    let unseen = format!(" {}", label.to_lowercase());
    view! {
        <Field id=id.clone() label help error>
            <input
                class="input"
                node_ref=node_ref
                id=id.clone()
                name=name
                type=move || if shown.get() { "text" } else { "password" }
                placeholder=move || placeholder.get()
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                pattern=move || pattern.get()
                required=required
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=describedby
                on:blur=move |event| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(event_target_value(&event));
                    }
                }
            />
            <button
                class="button field-reveal"
                type="button"
                data-kind="quiet"
                data-size="small"
                aria-controls=id
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { "Hide" } else { "Show" }}
                <span class="visually-hidden">{unseen}</span>
            </button>
        </Field>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: MaybeProp<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let id = id_of(&name);
    let describedby = described_by(&id, help, error);
    view! {
        <Field id=id.clone() label help error>
            <textarea
                class="input"
                node_ref=node_ref
                id=id
                name=name
                rows=rows.to_string()
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=describedby
            >
                {value}
            </textarea>
        </Field>
    }
    .into_any()
}

/// Narrows what stands below it while somebody types. `label` is its name and its placeholder.
#[component]
pub fn SearchInput(#[prop(into)] label: String, value: RwSignal<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // What was typed before the page came alive counts too.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let typed = input.value();
            if !typed.is_empty() {
                value.set(typed);
            }
        }
    });
    view! {
        <div class="search">
            <Icon glyph=Glyph::Search />
            <input
                class="input"
                node_ref=input
                type="search"
                aria-label=label.clone()
                placeholder=label
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}
