//! A setting: its inputs, what helps with it and what is wrong with it.

use leptos::prelude::*;

use super::{
    Faults,
    control::{Control, Kind, SettingControl},
    copy::CopyText,
    file::FileInput,
    lists::{Offer, hosted, provided},
    mapper::{ComboFields, Mapper},
};
use crate::{
    components::{Glyph, Icon},
    contract::{
        portal::FieldOption,
        setting::{SettingField, SettingType},
    },
    pages::portal::{driver::Driver, strings::Strings, view::words::Words},
};

/// A setting with its inputs, what helps with it and what is wrong with it.
#[component]
pub fn SettingGroup(
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
    let grouped = match setting.kind {
        SettingType::FieldMapper | SettingType::Permission => true,
        // They bear the title themselves.
        SettingType::File | SettingType::CopyableButtonInput => false,
        _ => controls.len() > 1,
    };
    let title = setting.title.clone();
    let needed = setting.required && !setting.kind.is_switch();
    let required = needed.then_some(strings.required);
    let described = setting.help.as_ref().map(|_| help_id.clone());
    let mapper = (setting.kind == SettingType::FieldMapper)
        .then(|| view! { <Mapper driver setting=setting.clone() strings /> });
    let fields = (setting.kind.is_combo() && setting.lists.len() > 2).then(|| {
        let (first, second) = (controls[0].value, controls[1].value);
        view! { <ComboFields driver setting=setting.clone() first second strings /> }
    });
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
            {fields}
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
            let name = format!("{}.dependent", setting.id);
            let second = Control::new(setting, name, Kind::List(offer));
            first.second = Some(offer);
            first.clears = Some(second.value);
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
