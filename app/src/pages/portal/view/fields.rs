//! The form of a provider: a key, or what must be known before its window opens.

use std::collections::BTreeMap;

use leptos::{either::EitherOf3, ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

use crate::{
    components::{Glyph, Icon, browser::focus_field},
    contract::{connect::FieldValues, portal::Field},
    pages::portal::{driver::Driver, phrase::Phrase, scene::Way, state::Event, strings::Strings},
};

use super::{stage::WayButtons, words::Words};

/// What is wrong with what was typed: field name to message.
type Wrong = RwSignal<BTreeMap<String, Phrase>>;

#[component]
pub fn FieldsForm(
    driver: Driver,
    fields: Vec<Field>,
    label: Phrase,
    /// What can be done beside.
    more: Vec<Way>,
    help_url: Option<String>,
    strings: &'static Strings,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let wrong = Wrong::default();
    let busy = Memo::new(move |_| driver.portal.read().busy);
    focus_problem(driver, form);
    let asked = fields.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = form.get_untracked() else {
            return;
        };
        let (values, faults) = read(&form, &asked, strings);
        if let Some(field) = asked.iter().find(|field| faults.contains_key(&field.name)) {
            focus_field(&form, &field.name);
            wrong.set(faults);
            return;
        }
        wrong.set(faults);
        driver.send(Event::ConnectPressed(values));
    };
    let press = Event::ConnectPressed(FieldValues::default());
    view! {
        <form class="portal-form" method=driver.method() novalidate node_ref=form on:submit=submit>
            {fields
                .into_iter()
                .map(|field| view! { <FormField driver field wrong strings /> })
                .collect_view()}
            {help_url.map(|url| view! { <HelpLink url text=strings.find_key strings /> })}
            <div class="portal-actions">
                <button
                    class="button"
                    type="submit"
                    name="portal-press"
                    value=driver.press(&press)
                    data-kind="primary"
                    data-wide=""
                    data-early=driver.early(&press)
                    aria-busy=move || busy.get().then_some("true")
                >
                    <span class="button-label"><span><Words phrase=label /></span></span>
                    {move || busy.get().then(|| view! {
                        <span class="button-busy" aria-hidden="true"></span>
                    })}
                </button>
                <WayButtons driver ways=more />
            </div>
        </form>
    }
}

/// Leads to a page of the provider's in a window of its own.
#[component]
pub fn HelpLink(url: String, text: &'static str, strings: &'static Strings) -> impl IntoView {
    view! {
        <a class="portal-help" href=url target="_blank" rel="noopener noreferrer">
            {text}
            <Icon glyph=Glyph::ExternalLink />
            <span class="visually-hidden">{format!(" {}", strings.new_tab)}</span>
        </a>
    }
}

/// Moves the focus to the field that the server found fault with.
fn focus_problem(driver: Driver, form: NodeRef<html::Form>) {
    let field = Memo::new(move |_| {
        let portal = driver.portal.read();
        portal
            .problem
            .as_ref()
            .and_then(|problem| problem.field.clone())
    });
    Effect::new(move |_| {
        if let (Some(field), Some(form)) = (field.get(), form.get()) {
            focus_field(&form, &field);
        }
    });
}

#[component]
fn FormField(
    driver: Driver,
    field: Field,
    wrong: Wrong,
    strings: &'static Strings,
) -> impl IntoView {
    let Field {
        name,
        label,
        secret,
        multiline,
        optional,
        help,
        placeholder,
        pattern,
        options,
    } = field;
    let (key, called) = (name.clone(), label.clone());
    let chosen = !options.is_empty();
    let error = Memo::new(move |_| {
        let own = wrong.read().get(&key).cloned();
        own.or_else(|| {
            let portal = driver.portal.read();
            let problem = portal.problem.as_ref()?;
            // The server has the same rules as this form, and a sentence in English.
            let typed = portal
                .values
                .0
                .get(&key)
                .is_some_and(|typed| !typed.is_empty());
            (problem.field.as_ref() == Some(&key)).then(|| match (chosen, typed) {
                (true, _) => strings.choose(&called),
                (false, true) => strings.unlike(&called),
                (false, false) => strings.enter(&called),
            })
        })
    });
    let typed = driver.portal.with_untracked(|portal| {
        // A secret is typed or pasted anew.
        portal.values.0.get(&name).filter(|_| !secret).cloned()
    });
    let id = format!("field-{name}");
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described = help.is_some().then(|| help_id.clone());
    let autocomplete = match name.as_str() {
        // What password managers know these by.
        _ if secret => "current-password",
        "username" => "username",
        _ => "off",
    };
    let shown = RwSignal::new(!secret);
    view! {
        <div class="field">
            <label for=id.clone()><bdi>{label.clone()}</bdi></label>
            <div class="field-control">
                {if multiline {
                    // Several lines cannot be shown as dots; they are never shown again.
                    EitherOf3::A(view! {
                        <textarea
                            class="input"
                            id=id
                            name=name
                            required=!optional
                            aria-invalid=move || error.read().is_some().then_some("true")
                            aria-describedby=described_by(error, error_id.clone(), described)
                        ></textarea>
                    })
                } else if options.is_empty() {
                    EitherOf3::B(view! {
                        <input
                            class="input"
                            id=id
                            name=name
                            type=move || if shown.get() { "text" } else { "password" }
                            value=typed
                            placeholder=placeholder
                            pattern=pattern
                            autocomplete=autocomplete
                            autocapitalize="none"
                            spellcheck="false"
                            required=!optional
                            aria-invalid=move || error.read().is_some().then_some("true")
                            aria-describedby=described_by(error, error_id.clone(), described)
                        />
                    })
                } else {
                    EitherOf3::C(view! {
                        <select
                            class="input"
                            id=id
                            name=name
                            required=!optional
                            aria-invalid=move || error.read().is_some().then_some("true")
                            aria-describedby=described_by(error, error_id.clone(), described)
                        >
                            <option value="">{strings.choose_one}</option>
                            {options
                                .into_iter()
                                .map(|option| {
                                    let chosen = typed.as_ref() == Some(&option.value);
                                    view! {
                                        <option value=option.value selected=chosen>
                                            {option.label}
                                        </option>
                                    }
                                })
                                .collect_view()}
                        </select>
                    })
                }}
                {(secret && !multiline).then(|| view! { <Reveal shown label strings /> })}
            </div>
            {help.map(|help| view! { <p class="field-help" id=help_id><bdi>{help}</bdi></p> })}
            {move || error.get().map(|error| view! {
                <p class="field-error" id=error_id.clone()>
                    <Icon glyph=Glyph::Problem />
                    <span><Words phrase=error /></span>
                </p>
            })}
        </div>
    }
}

/// The ids of the error and the help, whichever are there.
fn described_by(
    error: Memo<Option<Phrase>>,
    error_id: String,
    help_id: Option<String>,
) -> impl Fn() -> Option<String> + Clone {
    move || match (error.read().is_some(), &help_id) {
        (true, Some(help_id)) => Some(format!("{error_id} {help_id}")),
        (true, None) => Some(error_id.clone()),
        (false, help_id) => help_id.clone(),
    }
}

/// Shows what was typed into a secret input.
#[component]
fn Reveal(shown: RwSignal<bool>, label: String, strings: &'static Strings) -> impl IntoView {
    view! {
        <button
            class="button field-reveal"
            type="button"
            data-kind="quiet"
            data-size="small"
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || if shown.get() { strings.hide } else { strings.show }}
            <span class="visually-hidden">" " <bdi>{label}</bdi></span>
        </button>
    }
}

/// The values without the blanks around them, and what is wrong with them.
fn read(
    form: &web_sys::HtmlFormElement,
    fields: &[Field],
    strings: &Strings,
) -> (FieldValues, BTreeMap<String, Phrase>) {
    let (mut values, mut faults) = (BTreeMap::new(), BTreeMap::new());
    for field in fields {
        let input = form.elements().named_item(&field.name);
        let Some(input) = input else { continue };
        let (value, fits) = match input.dyn_into::<web_sys::HtmlInputElement>() {
            Ok(input) => {
                // Keys are copied with blanks around them.
                let value = input.value().trim().to_owned();
                input.set_value(&value);
                (value, input.check_validity())
            }
            Err(input) => match input.dyn_into::<web_sys::HtmlSelectElement>() {
                Ok(select) => (select.value(), true),
                Err(input) => match input.dyn_into::<web_sys::HtmlTextAreaElement>() {
                    Ok(area) => (area.value().trim().to_owned(), true),
                    Err(_) => continue,
                },
            },
        };
        if value.is_empty() && field.optional {
            continue;
        }
        if value.is_empty() {
            let missing = match field.options.is_empty() {
                true => strings.enter(&field.label),
                false => strings.choose(&field.label),
            };
            faults.insert(field.name.clone(), missing);
        } else if !fits {
            faults.insert(field.name.clone(), strings.unlike(&field.label));
        }
        values.insert(field.name.clone(), value);
    }
    (FieldValues(values), faults)
}
