//! The form of an account's settings: all of it arrives after the portal, in a file of its own.

mod control;
mod copy;
mod file;
mod group;
pub mod lists;
mod mapper;

use std::collections::BTreeMap;

use leptos::{
    ev, html,
    mount::mount_to,
    prelude::*,
    wasm_split,
    web_sys::{HtmlElement, HtmlFormElement},
};

use super::{DrawSettings, stage::WayButtons, words::Words};
use crate::{
    components::browser::focus_field,
    contract::{
        connect::FieldValues,
        setting::{SettingField, SettingType},
    },
    pages::portal::{
        driver::{
            Driver,
            wire::{get, text},
        },
        phrase::Phrase,
        scene::Way,
        state::Event,
        strings::Strings,
    },
};
use group::SettingGroup;

/// What is wrong: a setting's id to a sentence.
pub type Faults = RwSignal<BTreeMap<String, Phrase>>;

/// Fetches the form, once. What failed is tried again by the next call.
///
/// # Errors
/// When its file cannot be had.
#[cfg(feature = "split")]
#[wasm_split::wasm_split(settings, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn form() -> Result<DrawSettings, wasm_split::SplitLoaderError> {
    Ok(draw)
}

/// The same where the program is one file.
#[cfg(not(feature = "split"))]
pub async fn form() -> Result<DrawSettings, wasm_split::SplitLoaderError> {
    Ok(draw)
}

/// Mounted, not handed back as a view: an erased one would carry the code to hydrate it, too.
fn draw(
    place: HtmlElement,
    driver: Driver,
    settings: Vec<SettingField>,
    label: Phrase,
    more: Vec<Way>,
    strings: &'static Strings,
) {
    let form = move || view! { <SettingsForm driver settings label more strings /> };
    StoredValue::new_local(mount_to(place, form));
}

#[component]
fn SettingsForm(
    driver: Driver,
    settings: Vec<SettingField>,
    label: Phrase,
    /// What can be done beside.
    more: Vec<Way>,
    strings: &'static Strings,
) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let faults = Faults::default();
    let busy = Memo::new(move |_| driver.portal.read().busy);
    let called: BTreeMap<String, (SettingType, String)> = settings
        .iter()
        .map(|setting| (setting.id.clone(), (setting.kind, setting.title.clone())))
        .collect();
    // The server has the same rules, and a sentence in English.
    Effect::new(move |_| {
        let portal = driver.portal.read();
        let field = portal
            .problem
            .as_ref()
            .and_then(|problem| problem.field.clone());
        let (Some(field), Some(form)) = (field, form.get()) else {
            return;
        };
        let (kind, title) = called.get(&field).cloned().unwrap_or_default();
        let fault = strings.fault(kind, &title, false);
        faults.update(|faults| _ = faults.insert(field.clone(), fault));
        focus_field(&form, &field);
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = form.get_untracked() else {
            return;
        };
        if !busy.get_untracked()
            && let Some(values) = read(&form, faults, strings)
        {
            driver.send(Event::SavePressed(values));
        }
    };
    view! {
        <form class="portal-form" method="dialog" novalidate node_ref=form on:submit=submit>
            {settings
                .into_iter()
                .map(|setting| view! { <SettingGroup driver setting faults strings /> })
                .collect_view()}
            <div class="portal-actions">
                <button
                    class="button"
                    type="submit"
                    data-kind="primary"
                    data-wide=""
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

/// The values of every input that has a name; none where something is wrong, which then is said.
fn read(form: &HtmlFormElement, faults: Faults, strings: &'static Strings) -> Option<FieldValues> {
    let elements = form.elements();
    let (mut values, mut wrong, mut first) = (BTreeMap::new(), BTreeMap::new(), None);
    for place in 0..elements.length() {
        let element = elements
            .item(place)
            .map(leptos::wasm_bindgen::JsValue::from);
        let Some(element) = element else { continue };
        let name = text(&element, "name").filter(|name| !name.is_empty());
        let (Some(name), Some(value)) = (name, text(&element, "value")) else {
            continue;
        };
        let is_check = text(&element, "type").as_deref() == Some("checkbox");
        if is_check && !get(&element, "checked").is_truthy() {
            continue;
        }
        if !get(&get(&element, "validity"), "valid").is_truthy() {
            let label = text(&get(&element, "dataset"), "label").unwrap_or_default();
            let id = name.split('.').next().unwrap_or_default().to_owned();
            // A list is a select, and a file a field that people do not see.
            let chosen = text(&element, "type").as_deref() == Some("select-one")
                || text(&element, "ariaHidden").is_some();
            wrong.entry(id).or_insert_with(|| match value.is_empty() {
                true if chosen => strings.choose(&label),
                true => strings.enter(&label),
                false => strings.unlike(&label),
            });
            first = first.or(Some(name.clone()));
        }
        values.insert(name, value);
    }
    faults.set(wrong);
    if let Some(first) = first {
        focus_field(form, &first);
        return None;
    }
    Some(FieldValues(values))
}
