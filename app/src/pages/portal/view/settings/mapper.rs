//! A field mapping: the application's fields beside the provider's.

use leptos::{either::Either, ev, prelude::*};

use super::{
    control::{Control, Kind, SettingControl},
    lists::{HostList, Offer, OfferTools, fields_of, hosted, provided},
};
use crate::{
    contract::{portal::FieldOption, setting::SettingField},
    pages::portal::{driver::Driver, strings::Strings},
};

#[component]
pub fn Mapper(driver: Driver, setting: SettingField, strings: &'static Strings) -> impl IntoView {
    // The host page says which fields there are.
    let is_open = setting.key.is_some();
    let has_objects = setting.lists.len() > 1;
    let lists = (!setting.lists.is_empty()).then(|| {
        let waits = has_objects;
        // Of one list alone, it is the second: there are no objects.
        let fields = provided(driver, &setting, 1, waits);
        let objects = has_objects.then(|| provided(driver, &setting, 0, false));
        (objects, fields)
    });
    let known = RwSignal::new(None);
    let setting = StoredValue::new(setting);
    if let Some(key) = setting.with_value(|setting| setting.key.clone()) {
        leptos::task::spawn_local(async move {
            known.try_set(Some(driver.host_fields(key).await.unwrap_or_default()));
        });
    }
    move || {
        let host = known.get();
        if is_open && host.is_none() {
            return Either::Left(
                view! { <p class="field-help" role="status">{strings.loading}</p> },
            );
        }
        let host: HostList = host.unwrap_or_default();
        let (objects, fields) = match lists {
            Some(lists) if !host.loads => lists,
            _ => setting.with_value(|setting| {
                let objects = hosted(driver, setting, "objects", false);
                (Some(objects), hosted(driver, setting, "columns", true))
            }),
        };
        Either::Right(view! { <MapperRows driver setting host objects fields is_open strings /> })
    }
}

#[component]
fn MapperRows(
    driver: Driver,
    setting: StoredValue<SettingField>,
    host: HostList,
    objects: Option<Offer>,
    fields: Offer,
    is_open: bool,
    strings: &'static Strings,
) -> impl IntoView {
    let object = objects.map(|offer| {
        let control = setting.with_value(|setting| {
            Control::new(setting, setting.id.clone(), Kind::List(offer)).labelled(strings.object)
        });
        let chosen = control.value.get_untracked();
        if !chosen.is_empty() {
            fields.follow(driver, chosen);
        }
        let control = Control {
            second: Some(fields),
            ..control
        };
        view! { <SettingControl driver control strings /> }
    });
    let rows = RwSignal::new(setting.with_value(|setting| first_rows(setting, &host, is_open)));
    let all = StoredValue::new(host.fields.clone());
    let left = move || {
        let rows = rows.read();
        let is_left = |field: &FieldOption| !rows.iter().any(|row| row.field.value == field.value);
        let left = all.get_value().into_iter().filter(is_left);
        left.collect::<Vec<_>>()
    };
    let add = move |event: ev::Event| {
        let value = event_target_value(&event);
        let field = left().into_iter().find(|field| field.value == value);
        if let Some(field) = field {
            rows.update(|rows| {
                rows.push(Row {
                    field,
                    is_new: false,
                })
            });
        }
    };
    let typed = RwSignal::new(String::new());
    let create = move |_| {
        let name = typed.get_untracked().trim().to_owned();
        let known = rows
            .read_untracked()
            .iter()
            .any(|row| row.field.value == name);
        if !name.is_empty() && name.len() <= 200 && !known {
            let field = FieldOption {
                value: name.clone(),
                label: name,
            };
            rows.update(|rows| {
                rows.push(Row {
                    field,
                    is_new: true,
                })
            });
            typed.set(String::new());
        }
    };
    let removes = host.removes;
    view! {
        {object}
        <For each=move || rows.get() key=|row| row.field.value.clone() let:row>
            <MapperRow driver setting rows row fields is_open removes strings />
        </For>
        <OfferTools driver offer=fields label=setting.with_value(|setting| setting.title.clone()) strings />
        {(is_open && (removes || host.defaults.is_some())).then(|| view! {
            <select class="input" aria-label=strings.add_field prop:value="" on:change=add
                hidden=move || left().is_empty()>
                <option value="">{strings.add_field}</option>
                {move || left()
                    .into_iter()
                    .map(|field| view! { <option value=field.value>{field.label}</option> })
                    .collect_view()}
            </select>
        })}
        {host.creates.then(|| view! {
            <div class="setting-row">
                <input
                    class="input"
                    type="text"
                    maxlength="200"
                    placeholder=strings.new_field
                    aria-label=strings.new_field
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button class="button" type="button" data-kind="secondary" on:click=create>
                    {strings.add}
                </button>
            </div>
        })}
    }
}

/// The fields of two choices, once both are made.
#[component]
pub fn ComboFields(
    driver: Driver,
    setting: SettingField,
    first: RwSignal<String>,
    second: RwSignal<String>,
    strings: &'static Strings,
) -> impl IntoView {
    let both = Memo::new(move |_| {
        let both = (first.get(), second.get());
        (!both.0.is_empty() && !both.1.is_empty()).then_some(both)
    });
    let stored = both.get_untracked();
    move || {
        let now = both.get();
        let mut setting = setting.clone();
        // What is mapped holds for the choices that it was stored with.
        if now != stored {
            setting.values.clear();
        }
        now.map(|(chosen, then)| {
            let fields = fields_of(driver, &setting, chosen, then);
            let (setting, host) = (StoredValue::new(setting), HostList::default());
            view! { <MapperRows driver setting host objects=None fields is_open=false strings /> }
        })
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Row {
    field: FieldOption,
    /// The person made it up.
    is_new: bool,
}

/// What is stored, or what the application wants mapped at first.
fn first_rows(setting: &SettingField, host: &HostList, is_open: bool) -> Vec<Row> {
    let row = |name: &String, is_new| {
        let known = host.fields.iter().find(|field| field.value == *name);
        let unknown = || FieldOption {
            value: name.clone(),
            label: name.clone(),
        };
        Row {
            field: known.cloned().unwrap_or_else(unknown),
            is_new,
        }
    };
    if !is_open {
        return setting.fields.iter().map(|name| row(name, false)).collect();
    }
    let prefix = format!("{}.map.", setting.id);
    let new = |name: &String| {
        let key = format!("{}.new.{name}", setting.id);
        setting.values.contains_key(&key)
    };
    let stored: Vec<String> = setting
        .values
        .keys()
        .filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned))
        .collect();
    if !stored.is_empty() {
        return stored.iter().map(|name| row(name, new(name))).collect();
    }
    match &host.defaults {
        Some(names) => names.iter().map(|name| row(name, false)).collect(),
        None => host
            .fields
            .iter()
            .map(|field| row(&field.value, false))
            .collect(),
    }
}

#[component]
fn MapperRow(
    driver: Driver,
    setting: StoredValue<SettingField>,
    rows: RwSignal<Vec<Row>>,
    row: Row,
    fields: Offer,
    is_open: bool,
    removes: bool,
    strings: &'static Strings,
) -> impl IntoView {
    let Row { field, is_new } = row;
    let part = if is_open { "map" } else { "field" };
    let (id, control) = setting.with_value(|setting| {
        let name = format!("{}.{part}.{}", setting.id, field.value);
        // Only what the application fixed has to be mapped.
        let control = Control::new(setting, name, Kind::List(fields)).labelled(&field.label);
        let required = control.required && !is_open;
        let shares = true;
        (
            setting.id.clone(),
            Control {
                required,
                shares,
                ..control
            },
        )
    });
    let new = is_new.then(|| {
        let name = format!("{id}.new.{}", field.value);
        view! { <input type="hidden" name=name value="true" /> }
    });
    let called = strings.remove_field(&field.label).plain();
    let value = field.value;
    view! {
        <div class="setting-row">
            <div class="setting-pair"><SettingControl driver control strings /></div>
            {new}
            {(removes || is_new).then(|| view! {
                <button
                    class="button"
                    type="button"
                    data-kind="quiet"
                    aria-label=called
                    on:click=move |_| rows.update(|rows| rows.retain(|row| row.field.value != value))
                >
                    <crate::components::Icon glyph=crate::components::Glyph::Close />
                </button>
            })}
        </div>
    }
}
