//! One input of a setting.

use leptos::{either::EitherOf4, ev, prelude::*, web_sys};

use super::lists::{Offer, OfferTools};
use crate::{
    contract::{portal::FieldOption, setting::SettingField},
    pages::portal::{driver::Driver, strings::Strings},
};

/// One input of a setting.
#[derive(Clone)]
pub struct Control {
    pub name: String,
    pub label: String,
    pub kind: Kind,
    pub required: bool,
    pub value: RwSignal<String>,
    pub placeholder: Option<String>,
    /// Follows the choice.
    pub second: Option<Offer>,
    /// What is chosen from the list that follows.
    pub clears: Option<RwSignal<String>>,
    pub fixed: bool,
    /// Several share the list: what searches it stands elsewhere.
    pub shares: bool,
}

#[derive(Clone, Copy)]
pub enum Kind {
    /// The HTML type.
    Input(&'static str),
    Area,
    Check,
    List(Offer),
}

impl Control {
    pub fn new(setting: &SettingField, name: String, kind: Kind) -> Self {
        let value = setting.values.get(&name).cloned().unwrap_or_default();
        Self {
            label: setting.title.clone(),
            required: setting.required && !matches!(kind, Kind::Check) && !setting.stored,
            value: RwSignal::new(value),
            placeholder: setting.placeholder.clone(),
            second: None,
            clears: None,
            fixed: false,
            shares: false,
            name,
            kind,
        }
    }

    pub fn labelled(self, label: &str) -> Self {
        Self {
            label: label.to_owned(),
            ..self
        }
    }
}

#[component]
pub fn SettingControl(
    driver: Driver,
    control: Control,
    strings: &'static Strings,
) -> impl IntoView {
    let Control {
        name,
        label,
        kind,
        required,
        value,
        placeholder,
        second,
        clears,
        fixed,
        shares,
    } = control;
    let id = format!("setting-{name}");
    let mark = required.then(|| view! { <small>{strings.required}</small> });
    let text = label.clone();
    let caption = move |id: String| {
        view! {
            <label for=id><bdi>{text}</bdi> {mark}</label>
        }
    };
    match kind {
        Kind::Check => EitherOf4::A(view! {
            <label class="setting-check">
                <input
                    type="checkbox"
                    name=name
                    value="true"
                    data-label=label.clone()
                    checked=value.get_untracked() == "true"
                    disabled=fixed
                />
                <bdi>{label}</bdi>
            </label>
        }),
        Kind::Area => EitherOf4::B(view! {
            {caption(id.clone())}
            <textarea class="input" id=id name=name rows="3" required=required
                placeholder=placeholder data-label=label>
                {value.get_untracked()}
            </textarea>
        }),
        Kind::Input(input) => EitherOf4::C(view! {
            {caption(id.clone())}
            <input
                class="input"
                id=id
                name=name
                type=input
                step="any"
                value=value.get_untracked()
                required=required
                placeholder=placeholder
                data-label=label
                autocomplete=if input == "password" { "new-password" } else { "off" }
                spellcheck="false"
            />
        }),
        Kind::List(offer) => EitherOf4::D(view! {
            {caption(id.clone())}
            <select
                class="input"
                id=id
                name=name
                required=required
                data-label=label.clone()
                prop:value=move || value.get()
                // By the pointer when it has the focus already, otherwise by the focus itself.
                on:mousedown=move |event| if has_focus(&event) { offer.open(driver) }
                on:focus=move |_| offer.open(driver)
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    if let Some(second) = second {
                        second.follow(driver, chosen.clone());
                    }
                    // It is not stored with a choice from another list.
                    if let Some(clears) = clears {
                        clears.set(String::new());
                    }
                    value.set(chosen);
                }
            >
                <option value="">{strings.choose_one}</option>
                {move || options(offer, value)}
            </select>
            {(!shares).then(|| view! { <OfferTools driver offer label strings /> })}
        }),
    }
}

fn has_focus(event: &ev::MouseEvent) -> bool {
    let target: web_sys::Element = event_target(event);
    document().active_element() == Some(target)
}

/// The choices; what is stored stands among them whether its page is here or not.
fn options(offer: Offer, value: RwSignal<String>) -> impl IntoView + use<> {
    let chosen = value.get_untracked();
    let mut options = offer.options.get();
    if !chosen.is_empty() && !options.iter().any(|option| option.value == chosen) {
        options.insert(
            0,
            FieldOption {
                value: chosen.clone(),
                label: chosen.clone(),
            },
        );
    }
    let draw = |option: FieldOption| {
        let selected = option.value == chosen;
        view! { <option value=option.value prop:selected=selected>{option.label}</option> }
    };
    options.into_iter().map(draw).collect_view()
}
