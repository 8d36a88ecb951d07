//! The form of a provider: a key, or what must be known before its window opens.

use std::collections::BTreeMap;

use leptos::{either::Either, ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

use crate::{
    components::{
        Button, ButtonKind, Glyph, Icon, PasswordInput, TextInput, browser::focus_field,
    },
    contract::{connect::FieldValues, portal::Field},
    pages::portal::{driver::Driver, state::Event},
};

/// What is wrong with what was typed: field name to message.
type Wrong = RwSignal<BTreeMap<String, String>>;

#[component]
pub fn FieldsForm(
    driver: Driver,
    fields: Vec<Field>,
    label: String,
    help_url: Option<String>,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let wrong = Wrong::default();
    let busy = Memo::new(move |_| driver.portal.read().busy);
    focus_problem(driver, form);
    let asked = fields.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = form.get_untracked() else { return };
        let (values, faults) = read(&form, &asked);
        if let Some(field) = asked.iter().find(|field| faults.contains_key(&field.name)) {
            focus_field(&form, &field.name);
            wrong.set(faults);
            return;
        }
        wrong.set(faults);
        driver.send(Event::ConnectPressed(values));
    };
    // With this method a press before the page is hydrated sends nothing anywhere.
    view! {
        <form class="portal-form" method="dialog" novalidate node_ref=form on:submit=submit>
            {fields
                .into_iter()
                .map(|field| view! { <FormField driver field wrong /> })
                .collect_view()}
            {help_url.map(|url| view! {
                <a class="portal-help" href=url target="_blank" rel="noopener noreferrer">
                    "Where to find this"
                    <Icon glyph=Glyph::ExternalLink />
                    <span class="visually-hidden">" (opens a new tab)"</span>
                </a>
            })}
            <div class="portal-actions">
                <Button kind=ButtonKind::Primary submit=true wide=true busy>
                    {label}
                </Button>
            </div>
        </form>
    }
}

/// Moves the focus to the field that the server found fault with.
fn focus_problem(driver: Driver, form: NodeRef<html::Form>) {
    let field = Memo::new(move |_| {
        let portal = driver.portal.read();
        portal.problem.as_ref().and_then(|problem| problem.field.clone())
    });
    Effect::new(move |_| {
        if let (Some(field), Some(form)) = (field.get(), form.get()) {
            focus_field(&form, &field);
        }
    });
}

#[component]
fn FormField(driver: Driver, field: Field, wrong: Wrong) -> impl IntoView {
    let Field { name, label, secret, help, placeholder, pattern } = field;
    let key = name.clone();
    let error = Signal::derive(move || {
        let own = wrong.read().get(&key).cloned();
        own.or_else(|| {
            let portal = driver.portal.read();
            let problem = portal.problem.as_ref()?;
            (problem.field.as_ref() == Some(&key)).then(|| problem.message.clone())
        })
    });
    let typed = driver
        .portal
        .with_untracked(|portal| portal.values.0.get(&name).cloned())
        .unwrap_or_default();
    if secret {
        Either::Left(view! {
            <PasswordInput
                name label help placeholder error pattern required=true
                autocomplete="current-password"
            />
        })
    } else {
        let autocomplete = if name == "username" { "username" } else { "off" };
        Either::Right(view! {
            <TextInput
                name label help placeholder error pattern required=true
                value=typed autocomplete
            />
        })
    }
}

/// The values without the blanks around them, and what is wrong with them.
fn read(form: &web_sys::HtmlFormElement, fields: &[Field]) -> (FieldValues, BTreeMap<String, String>) {
    let (mut values, mut faults) = (BTreeMap::new(), BTreeMap::new());
    for field in fields {
        let input = form.elements().named_item(&field.name);
        let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok())
        else {
            continue;
        };
        // Keys are copied with blanks around them.
        let value = input.value().trim().to_owned();
        input.set_value(&value);
        if value.is_empty() {
            faults.insert(field.name.clone(), format!("Enter the {}.", field.label));
        } else if !input.check_validity() {
            let fault = format!("This does not look like the {}.", field.label);
            faults.insert(field.name.clone(), fault);
        }
        values.insert(field.name.clone(), value);
    }
    (FieldValues(values), faults)
}
