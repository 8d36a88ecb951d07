//! The form of settings as a document: controls that every browser has.

use leptos::{
    either::{Either, EitherOf5},
    prelude::*,
};

use super::{Control, Filled, Kind, List, ListState, controls, leading};
use crate::{
    components::{Glyph, Icon},
    contract::{
        connect::FieldValues,
        portal::FieldOption,
        setting::{SettingField, SettingType},
    },
    pages::portal::{
        driver::{Driver, Standing},
        language::Language,
        phrase::Phrase,
        scene::Way,
        state::Event,
        strings::Strings,
        view::{WayButtons, Words},
    },
};

/// What every setting of the form is drawn with. A copy is a handle to the same.
#[derive(Clone, Copy)]
struct Pen {
    filled: StoredValue<Filled>,
    /// The app and the provider, by name.
    names: StoredValue<(String, String)>,
    language: Language,
    say: &'static Strings,
    /// What the button sends that shows more choices.
    choices: StoredValue<String>,
    /// The page stands by itself: a script may not be there.
    hosted: bool,
}

/// Needs the contexts [`Standing`] and [`Language`].
#[component]
pub fn SettingsForm(
    _drawn: (),
    driver: Driver,
    settings: Vec<SettingField>,
    label: Phrase,
    /// What can be done beside.
    more: Vec<Way>,
    names: (String, String),
    strings: &'static Strings,
) -> impl IntoView {
    let standing = use_context::<Standing>();
    let (problem, choices, hosted) = driver.portal.with_untracked(|portal| {
        let choices = portal.choices_press().map(|press| press.text());
        (portal.problem.clone(), choices, portal.hosted)
    });
    let pen = Pen {
        filled: StoredValue::new(standing.map(|standing| standing.filled).unwrap_or_default()),
        names: StoredValue::new(names),
        language: use_context().unwrap_or_default(),
        say: strings,
        choices: StoredValue::new(choices.unwrap_or_default()),
        hosted,
    };
    let wrong = problem.and_then(|problem| problem.field);
    let sends_files = settings
        .iter()
        .any(|setting| setting.kind == SettingType::File);
    let save = driver.press(&Event::SavePressed(FieldValues::default()));
    let groups = settings.into_iter().enumerate().map(|(place, setting)| {
        let named = wrong.as_ref() == Some(&setting.id);
        view! { <Group pen place setting named /> }
    });
    view! {
        <form
            class="portal-form"
            method=driver.method()
            enctype=sends_files.then_some("multipart/form-data")
            novalidate
            data-settings=""
        >
            // What the Enter key presses: the first button of a form.
            <button class="visually-hidden" name="portal-press" value=save.clone() tabindex="-1" aria-hidden="true"></button>
            {groups.collect_view()}
            <div class="portal-actions">
                <button class="button" name="portal-press" value=save data-kind="primary" data-wide="">
                    <span class="button-label"><span><Words phrase=label /></span></span>
                </button>
                <WayButtons driver ways=more />
            </div>
        </form>
    }
}

/// A setting with its inputs, what helps with it and what is wrong with it.
#[component]
fn Group(pen: Pen, place: usize, setting: SettingField, named: bool) -> impl IntoView {
    let Pen { filled, say, .. } = pen;
    let inputs = filled.with_value(|filled| controls(&setting, filled, say));
    let (tried, moved) = filled.with_value(|filled| {
        let moved = filled.moved.contains(&setting.id);
        (filled.tried, filled.tried && moved)
    });
    let missing = tried && inputs.iter().any(Control::is_missing);
    let fault =
        (missing || moved || named).then(|| say.fault(setting.kind, &setting.title, missing));
    let grouped = match setting.kind {
        SettingType::FieldMapper | SettingType::Permission => true,
        _ => inputs.len() > 1,
    };
    let id = format!("setting-{place}");
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described: Vec<&str> = [
        fault.is_some().then_some(error_id.as_str()),
        setting.help.is_some().then_some(help_id.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let wrong = fault.is_some();
    let title = setting.title.clone();
    let needed = setting.required && !setting.kind.is_switch();
    let shown = leading(&setting).into_iter().map(|(of, name)| {
        let value = filled.with_value(|filled| filled.value(&setting, &of));
        view! { <input type="hidden" name=name value=value /> }
    });
    let shown = shown.collect_view();
    let own = (!grouped).then(|| described.clone()).flatten();
    let draw = |(nth, control): (usize, Control)| {
        let invalid = wrong && (!missing || control.is_missing());
        let id = format!("{id}-{nth}");
        view! { <Input pen id control invalid described=own.clone() /> }
    };
    let inputs = inputs.into_iter().enumerate().map(draw).collect_view();
    let extras = view! { <Extras pen id=id.clone() setting=setting.clone() /> };
    view! {
        <div
            class="field"
            role=grouped.then_some("group")
            aria-label=grouped.then(|| title.clone())
            aria-describedby=grouped.then_some(described).flatten()
            data-wrong=wrong.then_some("")
        >
            {grouped.then(|| view! {
                <p class="setting-title" aria-hidden="true">
                    <bdi>{title.clone()}</bdi> {needed.then(|| view! { <small>{say.required}</small> })}
                </p>
            })}
            {shown}
            {inputs}
            {extras}
            {setting.help.map(|help| view! { <p class="field-help" id=help_id><bdi>{help}</bdi></p> })}
            {fault.map(|phrase| view! {
                <p class="field-error" id=error_id role="alert">
                    <Icon glyph=Glyph::Problem />
                    <span><Words phrase /></span>
                </p>
            })}
        </div>
    }
}

/// What stands with the inputs: a text to take elsewhere, what is stored unseen, rows of the
/// person's own.
#[component]
fn Extras(pen: Pen, id: String, setting: SettingField) -> impl IntoView {
    let Pen { filled, say, .. } = pen;
    let copy = setting.copy.clone().map(|text| {
        let id = format!("{id}-copy");
        view! {
            <label for=id.clone()><bdi>{setting.title.clone()}</bdi></label>
            <input class="input" id=id type="text" readonly=true value=text />
        }
    });
    let stored = setting.stored.then(|| {
        let name = format!("{}.remove", setting.id);
        let chosen = filled.with_value(|filled| filled.value(&setting, &name));
        view! {
            <p class="field-help">{say.stored}</p>
            <Check id=format!("{id}-remove") name label=say.remove_stored.to_owned() value=chosen fixed=false />
        }
    });
    let prefix = format!("{}.new.", setting.id);
    let made: Vec<String> = filled.with_value(|filled| {
        let names = filled.values(&setting).keys();
        let made = names.filter_map(|name| name.strip_prefix(&prefix));
        made.map(str::to_owned).collect()
    });
    let made = made.into_iter().enumerate().map(|(nth, field)| {
        let label = say.remove_field(&field).plain();
        let name = format!("{}.drop.{field}", setting.id);
        view! {
            <input type="hidden" name=format!("{prefix}{field}") value="true" />
            <Check id=format!("{id}-drop-{nth}") name label value=String::new() fixed=false />
        }
    });
    (copy, stored, made.collect_view())
}

#[component]
fn Input(
    pen: Pen,
    id: String,
    control: Control,
    invalid: bool,
    described: Option<String>,
) -> impl IntoView {
    let Control {
        name,
        label,
        kind,
        required,
        value,
        placeholder,
    } = control;
    let say = pen.say;
    let invalid = invalid.then_some("true");
    let for_id = id.clone();
    let called = label.clone();
    let caption = move || {
        view! {
            <label for=for_id>
                <bdi>{called}</bdi> {required.then(|| view! { <small>{say.required}</small> })}
            </label>
        }
    };
    match kind {
        Kind::Check { fixed } => EitherOf5::A(view! { <Check id name label value fixed /> }),
        Kind::Area => EitherOf5::B(view! {
            {caption()}
            <textarea class="input" id=id name=name rows="3" placeholder=placeholder aria-invalid=invalid
                aria-describedby=described required=required>{value}</textarea>
        }),
        Kind::Input(kind) => {
            let secret = kind == "password";
            EitherOf5::C(view! {
                {caption()}
                <input
                    class="input"
                    id=id
                    name=name
                    type=kind
                    step="any"
                    // A secret is typed or pasted anew.
                    value=(!secret).then_some(value)
                    required=required
                    placeholder=placeholder
                    autocomplete=if secret { "new-password" } else { "off" }
                    spellcheck="false"
                    aria-invalid=invalid
                    aria-describedby=described
                />
            })
        }
        Kind::List(list) => EitherOf5::D(view! {
            {caption()}
            <Choices pen id name label required value list invalid described />
        }),
        Kind::File => EitherOf5::E(view! {
            {caption()}
            <FileInput pen id name required value invalid described />
        }),
    }
}

#[component]
fn Check(id: String, name: String, label: String, value: String, fixed: bool) -> impl IntoView {
    let checked = fixed || value == "true";
    // What cannot be taken away is sent all the same, which a disabled input is not.
    let sent = fixed.then(|| view! { <input type="hidden" name=name.clone() value="true" /> });
    view! {
        <label class="setting-check">
            <input id=id type="checkbox" name=name value="true" checked=checked disabled=fixed />
            <bdi>{label}</bdi>
        </label>
        {sent}
    }
}

/// A list with the button that shows more of it. With a script, a choice that leads to another list
/// presses it by itself.
#[component]
fn Choices(
    pen: Pen,
    id: String,
    name: String,
    label: String,
    required: bool,
    value: String,
    list: List,
    invalid: Option<&'static str>,
    described: Option<String>,
) -> impl IntoView {
    let Pen { say, language, .. } = pen;
    let small = language.small();
    let List {
        mut options,
        state,
        leads,
        search,
    } = list;
    // What is stored stands among them whether its page is here or not.
    if !value.is_empty() && !options.iter().any(|option| option.value == value) {
        let stored = FieldOption {
            value: value.clone(),
            label: value.clone(),
        };
        options.insert(0, stored);
    }
    let away = state == ListState::Away;
    let note = pen.names.with_value(|(app, provider)| match state {
        ListState::Whole => None,
        ListState::Cut => Some(small.choices_cut.into()),
        ListState::Waits => Some(small.choices_wait.into()),
        ListState::Away => Some(small.choices_away(provider)),
        ListState::OfApp => Some(small.choices_of_app(app)),
    });
    let note = note.map(|phrase: Phrase| match away {
        true => Either::Left(view! {
            <p class="field-error">
                <Icon glyph=Glyph::Warning />
                <span><Words phrase /></span>
            </p>
        }),
        false => Either::Right(view! { <p class="field-help"><Words phrase /></p> }),
    });
    let typed = search.as_ref().map(|name| {
        let value = pen.filled.with_value(|filled| {
            let typed = filled.typed.as_ref();
            typed.and_then(|FieldValues(typed)| typed.get(name).cloned())
        });
        view! {
            <input
                class="input"
                type="search"
                name=name.clone()
                value=value.unwrap_or_default()
                autocomplete="off"
                placeholder=say.search
                aria-label=format!("{}: {label}", say.search)
            />
        }
    });
    let shows = leads || away || search.is_some();
    let by_itself = leads && !away && search.is_none() && !pen.hosted;
    let button = shows.then(|| view! {
        <button
            class="button"
            name="portal-press"
            value=pen.choices.get_value()
            formnovalidate=true
            data-kind="quiet"
            data-size="small"
            hidden=by_itself
            aria-label=format!("{}: {label}", if away { say.try_again } else { small.show_choices })
        >
            <span class="button-label"><span>
                {if away { say.try_again } else { small.show_choices }}
            </span></span>
        </button>
    });
    let draw = |option: FieldOption| {
        let selected = option.value == value;
        view! { <option value=option.value selected=selected>{option.label}</option> }
    };
    view! {
        {typed}
        <select
            class="input"
            id=id
            name=name
            required=required
            data-leads=leads.then_some("")
            aria-invalid=invalid
            aria-describedby=described
        >
            <option value="">{say.choose_one}</option>
            {options.into_iter().map(draw).collect_view()}
        </select>
        {note}
        {button}
    }
}

/// A file. Where no script keeps it in the page, the page brings it along until it is stored.
#[component]
fn FileInput(
    pen: Pen,
    id: String,
    name: String,
    required: bool,
    value: String,
    invalid: Option<&'static str>,
    described: Option<String>,
) -> impl IntoView {
    let keeps = pen.hosted && invalid.is_none() && !value.is_empty();
    let kept = keeps.then(|| {
        let known = format!("{name}.named");
        let called = pen.filled.with_value(|filled| {
            let typed = filled.typed.as_ref();
            typed.and_then(|FieldValues(typed)| typed.get(&known).cloned())
        });
        let called = called.unwrap_or_default();
        let shown = called.clone();
        view! {
            <input type="hidden" name=name.clone() value=value />
            <input type="hidden" name=known value=called />
            <p class="field-help"><bdi>{shown}</bdi></p>
        }
    });
    view! {
        <input
            class="input"
            id=id
            name=format!("{name}.file")
            type="file"
            required=required && !keeps
            aria-invalid=invalid
            aria-describedby=described
        />
        {kept}
        <p class="field-help">{pen.say.file_limit}</p>
    }
}
