//! The form of an account's settings.

use std::collections::BTreeMap;

use leptos::{either::EitherOf4, ev, html, prelude::*};

use super::{
    lists::{Offer, OfferTools, Wanted},
    mapper::Mapper,
    stage::WayButtons,
    words::Words,
};
use crate::{
    components::{
        Glyph, Icon,
        browser::{focus_field, read_file},
    },
    contract::{
        portal::FieldOption,
        setting::{SettingField, SettingType},
    },
    pages::portal::{driver::Driver, phrase::Phrase, scene::Way, state::Event, strings::Strings},
};

/// The largest file, in bytes; the server has the same.
const MAX_FILE: usize = 128 * 1024;

/// What is wrong: a setting's id to a sentence.
pub type Faults = RwSignal<BTreeMap<String, Phrase>>;

#[component]
pub fn SettingsForm(
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
    let titles: BTreeMap<String, String> = settings
        .iter()
        .map(|setting| (setting.id.clone(), setting.title.clone()))
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
        let title = titles.get(&field).cloned().unwrap_or_default();
        faults.update(|faults| _ = faults.insert(field.clone(), strings.unlike(&title)));
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

/// A setting with its inputs, what helps with it and what is wrong with it.
#[component]
fn SettingGroup(
    driver: Driver,
    setting: SettingField,
    faults: Faults,
    strings: &'static Strings,
) -> impl IntoView {
    let id = setting.id.clone();
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    let error = {
        let id = id.clone();
        Memo::new(move |_| faults.read().get(&id).cloned())
    };
    let controls = controls(driver, &setting, strings);
    let grouped = controls.len() != 1 || setting.kind == SettingType::FieldMapper;
    let title = setting.title.clone();
    let needed = setting.required && !setting.kind.is_switch();
    let required = needed.then_some(strings.required);
    let described = setting.help.as_ref().map(|_| help_id.clone());
    let mapper = (setting.kind == SettingType::FieldMapper)
        .then(|| view! { <Mapper driver setting=setting.clone() strings /> });
    let file = (setting.kind == SettingType::File)
        .then(|| view! { <FileInput setting=setting.clone() faults strings /> });
    let copy = setting
        .copy
        .clone()
        .map(|text| view! { <CopyText text title=title.clone() strings /> });
    let stored = setting.stored.then(|| {
        let name = format!("{id}.remove");
        let check = Control::new(&setting, name, Kind::Check).labelled(strings.remove_stored);
        view! {
            <p class="field-help">{strings.stored}</p>
            <SettingControl driver control=check strings />
        }
    });
    view! {
        <div
            class="field"
            role=grouped.then_some("group")
            aria-label=grouped.then(|| title.clone())
            aria-describedby=described
            data-wrong=move || error.read().is_some().then_some("")
        >
            {grouped.then(|| view! {
                <p class="setting-title" aria-hidden="true">
                    <bdi>{title.clone()}</bdi> {required.map(|word| view! { <small>{word}</small> })}
                </p>
            })}
            {controls
                .into_iter()
                .map(|control| view! { <SettingControl driver control strings /> })
                .collect_view()}
            {mapper}
            {file}
            {copy}
            {stored}
            {setting.help.map(|help| view! { <p class="field-help" id=help_id><bdi>{help}</bdi></p> })}
            {move || error.get().map(|phrase| view! {
                <p class="field-error" id=error_id.clone() role="alert">
                    <Icon glyph=Glyph::Problem />
                    <span><Words phrase /></span>
                </p>
            })}
        </div>
    }
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

fn controls(driver: Driver, setting: &SettingField, strings: &'static Strings) -> Vec<Control> {
    let one = |kind| vec![Control::new(setting, setting.id.clone(), kind)];
    match setting.kind {
        SettingType::TextNoVars => one(Kind::Input("text")),
        SettingType::TextareaNoVars => one(Kind::Area),
        SettingType::Number => one(Kind::Input("number")),
        SettingType::Email => one(Kind::Input("email")),
        SettingType::Url => one(Kind::Input("url")),
        SettingType::Password => one(Kind::Input("password")),
        SettingType::BooleanInput | SettingType::Switch => one(Kind::Check),
        SettingType::Enum => one(Kind::List(Offer::listed(setting.options.clone()))),
        SettingType::DynamicEnum => one(Kind::List(provided(driver, setting, 0, false))),
        SettingType::CustomDropdown => one(Kind::List(hosted(driver, setting, "dropdown", false))),
        SettingType::ComboInput | SettingType::DynamicComboInput => {
            let first = Kind::List(provided(driver, setting, 0, false));
            let mut first = Control::new(setting, setting.id.clone(), first);
            let offer = provided(driver, setting, 1, true);
            let chosen = first.value.get_untracked();
            if !chosen.is_empty() {
                offer.follow(driver, chosen);
            }
            first.second = Some(offer);
            let name = format!("{}.dependent", setting.id);
            let second = Control::new(setting, name, Kind::List(offer));
            vec![first, second.labelled(strings.then_choose)]
        }
        SettingType::Permission => {
            let check = |scope: &FieldOption| {
                let name = format!("{}.scope.{}", setting.id, scope.value);
                let fixed = setting.fields.contains(&scope.value);
                let control = Control::new(setting, name, Kind::Check).labelled(&scope.label);
                if fixed {
                    control.value.set("true".to_owned());
                }
                Control { fixed, ..control }
            };
            setting.options.iter().map(check).collect()
        }
        SettingType::FieldMapper | SettingType::File | SettingType::CopyableButtonInput => vec![],
    }
}

/// A list of the provider's.
pub fn provided(driver: Driver, setting: &SettingField, place: usize, waits: bool) -> Offer {
    let wanted = Wanted {
        setting: setting.id.clone(),
        second: place == 1,
        ..Wanted::default()
    };
    let list = setting.lists.get(place).or(setting.lists.last());
    let searches = list.is_some_and(|list| list.searches);
    Offer::new(driver, wanted, searches, waits)
}

/// A list of the host page's.
pub fn hosted(driver: Driver, setting: &SettingField, kind: &'static str, waits: bool) -> Offer {
    let key = setting.key.clone().unwrap_or_default();
    let wanted = Wanted {
        host: Some((kind, key)),
        ..Wanted::default()
    };
    let offer = Offer::new(driver, wanted, false, waits);
    // The operator's own choices stand in while the host page has none.
    offer.options.set(setting.options.clone());
    offer
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
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    if let Some(second) = second {
                        second.follow(driver, chosen.clone());
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

#[component]
fn FileInput(setting: SettingField, faults: Faults, strings: &'static Strings) -> impl IntoView {
    let chosen = RwSignal::new((String::new(), String::new()));
    let id = setting.id.clone();
    let input = format!("setting-{id}");
    let required = (setting.required && !setting.stored).then_some(strings.required);
    let (key, title) = (id.clone(), setting.title.clone());
    let choose = move |event: ev::Event| {
        let name = file_name(&event);
        let (key, title) = (key.clone(), title.clone());
        read_file(&event, move |file| {
            let file = file.filter(|file| file.size <= MAX_FILE);
            faults.update(|faults| match &file {
                Some(_) => _ = faults.remove(&key),
                None => _ = faults.insert(key.clone(), strings.unlike(&title)),
            });
            let address = file.map(|file| named(&file.address, &name));
            let address = address.unwrap_or_default();
            chosen.set(match address.is_empty() {
                true => Default::default(),
                false => (name.clone(), address),
            });
        });
    };
    view! {
        <label for=input.clone()>
            <bdi>{setting.title.clone()}</bdi>
            {required.map(|word| view! { <small>{word}</small> })}
        </label>
        <input class="input" id=input type="file" on:change=choose />
        // What is sent. It can be asked whether it is filled in, unlike a hidden one.
        <input
            class="visually-hidden"
            name=id
            type="text"
            tabindex="-1"
            aria-hidden="true"
            required=required.is_some()
            data-label=setting.title
            prop:value=move || chosen.get().1
        />
        <p class="field-help" role="status">
            {move || match chosen.get().0 {
                name if name.is_empty() => strings.file_limit.to_owned(),
                name => name,
            }}
        </p>
    }
}

#[cfg(feature = "hydrate")]
fn file_name(event: &ev::Event) -> String {
    let input: leptos::web_sys::HtmlInputElement = event_target(event);
    let file = input.files().and_then(|files| files.get(0));
    file.map_or_else(String::new, |file| file.name())
}

#[cfg(not(feature = "hydrate"))]
fn file_name(_event: &ev::Event) -> String {
    String::new()
}

/// The address with the file's name in it.
#[cfg(feature = "hydrate")]
fn named(address: &str, name: &str) -> String {
    let name = String::from(js_sys::encode_uri_component(name));
    address.replacen(";base64,", &format!(";name={name};base64,"), 1)
}

#[cfg(not(feature = "hydrate"))]
fn named(address: &str, _name: &str) -> String {
    address.to_owned()
}

#[component]
fn CopyText(text: String, title: String, strings: &'static Strings) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = text.clone();
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            copied.try_set(crate::components::browser::copy_text(&text).await);
        });
    };
    view! {
        <p class="setting-title">{title.clone()}</p>
        <div class="field-control">
            <input class="input" type="text" readonly=true value=shown aria-label=title />
            <button class="button field-reveal" type="button" data-kind="quiet" data-size="small" on:click=copy>
                <span aria-live="polite">
                    {move || if copied.get() { strings.copied } else { strings.copy }}
                </span>
            </button>
        </div>
    }
}

/// The values of every input that has a name; none where something is wrong, which then is said.
#[cfg(feature = "hydrate")]
fn read(
    form: &leptos::web_sys::HtmlFormElement,
    faults: Faults,
    strings: &'static Strings,
) -> Option<crate::contract::connect::FieldValues> {
    use crate::pages::portal::driver::wire::{get, text};

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
            wrong.entry(id).or_insert_with(|| match value.is_empty() {
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
    Some(crate::contract::connect::FieldValues(values))
}

#[cfg(not(feature = "hydrate"))]
fn read(
    _form: &leptos::web_sys::HtmlFormElement,
    _faults: Faults,
    _strings: &'static Strings,
) -> Option<crate::contract::connect::FieldValues> {
    None
}
