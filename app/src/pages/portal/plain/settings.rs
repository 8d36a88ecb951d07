//! The form of settings for a page without the machine: what it asks, with what was typed, the lists
//! that came in time, and what is missing. `draw` makes a document of it.

mod draw;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use draw::SettingsForm;

use crate::{
    contract::{
        connect::FieldValues,
        portal::FieldOption,
        setting::{ListPart, SettingChoices, SettingField, SettingType},
    },
    pages::portal::{language::Language, strings::Strings},
};

/// What the form shows beside the settings themselves.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// What was typed, where something was.
    typed: Option<FieldValues>,
    /// It was to be stored.
    tried: bool,
    /// Settings with a list that became another by what was typed.
    moved: BTreeSet<String>,
    /// The provider's lists by setting and place: the first, the one that depends on it, and the fields
    /// of both. None: they could not be had.
    lists: BTreeMap<(String, usize), Option<SettingChoices>>,
}

impl Filled {
    /// Takes in what a form sent.
    pub fn typed(settings: &[SettingField], values: FieldValues, tried: bool) -> Self {
        let FieldValues(mut values) = values;
        let moved = settle(settings, &mut values);
        Self {
            typed: Some(FieldValues(values)),
            tried,
            moved,
            lists: BTreeMap::new(),
        }
    }

    /// What can be stored: none where something is missing, or has to be looked at first.
    pub fn complete(&self, settings: &[SettingField]) -> Option<FieldValues> {
        // What the inputs are called counts for nothing here.
        let say = Language::default().strings();
        let whole = |setting| !controls(setting, self, say).iter().any(Control::is_missing);
        let fits = self.moved.is_empty() && settings.iter().all(whole);
        self.typed.clone().filter(|_| fits)
    }

    /// The lists that the form needs.
    pub fn wanted(&self, settings: &[SettingField]) -> Vec<ListPart> {
        let part = |setting: &SettingField, place, chosen: Option<String>| ListPart {
            setting: setting.id.clone(),
            second: place == 1,
            chosen,
            then: (place == 2).then(|| self.value(setting, &dependent_name(setting))),
            search: Some(self.value(setting, &search_name(setting, place))),
            cursor: None,
        };
        let mut parts = Vec::new();
        for setting in settings {
            match (setting.kind, setting.lists.len()) {
                (_, 0) => {}
                // Of one list alone, it is the fields': there are no objects.
                (SettingType::FieldMapper, 1) => parts.push(part(setting, 1, None)),
                (SettingType::DynamicEnum, _) | (_, 1) => parts.push(part(setting, 0, None)),
                _ => {
                    parts.push(part(setting, 0, None));
                    let chosen = self.value(setting, &setting.id);
                    if !chosen.is_empty() {
                        parts.push(part(setting, 1, Some(chosen.clone())));
                    }
                    if self.shows_fields(setting) {
                        parts.push(part(setting, 2, Some(chosen)));
                    }
                }
            }
        }
        parts
    }

    pub fn take(&mut self, parts: Vec<ListPart>, lists: Vec<Option<SettingChoices>>) {
        let mut lists = lists.into_iter();
        for part in parts {
            let list = lists.next().flatten();
            let place = match part.then {
                Some(_) => 2,
                None => usize::from(part.second),
            };
            self.lists.insert((part.setting, place), list);
        }
    }

    /// Whether both choices are made that a combination has fields for.
    fn shows_fields(&self, setting: &SettingField) -> bool {
        let is_made = |name| !self.value(setting, name).is_empty();
        setting.lists.len() > 2 && is_made(&setting.id) && is_made(&dependent_name(setting))
    }

    /// What was typed; where nothing was, what is stored.
    fn values<'a>(&'a self, setting: &'a SettingField) -> &'a BTreeMap<String, String> {
        self.typed
            .as_ref()
            .map_or(&setting.values, |FieldValues(typed)| typed)
    }

    fn value(&self, setting: &SettingField, name: &str) -> String {
        self.values(setting).get(name).cloned().unwrap_or_default()
    }
}

fn search_name(setting: &SettingField, place: usize) -> String {
    let part = ["search", "search2", "search3"][place];
    format!("{}.{part}", setting.id)
}

fn dependent_name(setting: &SettingField) -> String {
    format!("{}.dependent", setting.id)
}

/// The inputs that lead to another list: each with the one that says what it was set to when that
/// other list was shown.
fn leading(setting: &SettingField) -> Vec<(String, String)> {
    let id = &setting.id;
    let all = [
        (id.clone(), format!("{id}.for")),
        (dependent_name(setting), format!("{id}.for2")),
    ];
    let count = setting.lists.len().saturating_sub(1);
    all.into_iter().take(count).collect()
}

/// Puts files in their settings' place, leaves out rows that were taken away, and clears what was
/// chosen from a list that is another now. Gives the settings with such a list.
fn settle(settings: &[SettingField], values: &mut BTreeMap<String, String>) -> BTreeSet<String> {
    let mut moved = BTreeSet::new();
    for setting in settings {
        let id = &setting.id;
        if let Some(file) = values.remove(&format!("{id}.file"))
            && !file.is_empty()
        {
            values.insert(id.clone(), file);
        }
        let drop = format!("{id}.drop.");
        let gone: Vec<String> = values
            .keys()
            .filter_map(|name| name.strip_prefix(&drop).map(str::to_owned))
            .collect();
        for name in gone {
            for part in ["drop", "map", "new"] {
                values.remove(&format!("{id}.{part}.{name}"));
            }
        }
        for (name, shown_for) in leading(setting) {
            let Some(before) = values.remove(&shown_for) else {
                continue;
            };
            let now = values.get(&name).cloned().unwrap_or_default();
            if before == now {
                continue;
            }
            let below = [".dependent", ".field.", ".map."].map(|part| format!("{id}{part}"));
            let depends = |other: &String| {
                *other != name && below.iter().any(|start| other.starts_with(start))
            };
            for (_, value) in values.iter_mut().filter(|(name, _)| depends(name)) {
                value.clear();
            }
            if !now.is_empty() {
                moved.insert(id.clone());
            }
        }
    }
    moved
}

/// One input.
struct Control {
    name: String,
    label: String,
    kind: Kind,
    required: bool,
    value: String,
    placeholder: Option<String>,
}

enum Kind {
    /// The HTML type.
    Input(&'static str),
    Area,
    /// `fixed`: it cannot be taken away.
    Check {
        fixed: bool,
    },
    List(List),
    File,
}

/// Choices, and what is to be said of them.
#[derive(Clone)]
struct List {
    options: Vec<FieldOption>,
    state: ListState,
    /// What another list shows follows from it.
    leads: bool,
    /// The input that searches it.
    search: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ListState {
    Whole,
    /// There is more of it.
    Cut,
    /// Whoever has it did not answer.
    Away,
    /// It depends on a choice that is not made.
    Waits,
    /// The app has it, and is not here.
    OfApp,
}

impl Control {
    fn is_missing(&self) -> bool {
        self.required && self.value.trim().is_empty()
    }
}

fn controls(setting: &SettingField, filled: &Filled, say: &'static Strings) -> Vec<Control> {
    let of = |name: String, label: &str, kind| Control {
        required: setting.required && !setting.stored && !matches!(kind, Kind::Check { .. }),
        value: filled.value(setting, &name),
        placeholder: setting.placeholder.clone(),
        label: label.to_owned(),
        name,
        kind,
    };
    let own = |kind| of(setting.id.clone(), &setting.title, kind);
    match setting.kind {
        SettingType::TextNoVars => vec![own(Kind::Input("text"))],
        SettingType::TextareaNoVars => vec![own(Kind::Area)],
        SettingType::Number => vec![own(Kind::Input("number"))],
        SettingType::Email => vec![own(Kind::Input("email"))],
        SettingType::Url => vec![own(Kind::Input("url"))],
        SettingType::Password => vec![own(Kind::Input("password"))],
        SettingType::BooleanInput | SettingType::Switch => vec![own(Kind::Check { fixed: false })],
        SettingType::Enum | SettingType::CustomDropdown => vec![own(Kind::List(listed(setting)))],
        SettingType::DynamicEnum => vec![own(Kind::List(provided(setting, filled, 0)))],
        SettingType::ComboInput | SettingType::DynamicComboInput => {
            let first = own(Kind::List(provided(setting, filled, 0)));
            let second = Kind::List(provided(setting, filled, 1));
            let second = of(dependent_name(setting), say.then_choose, second);
            let mut both = vec![first, second];
            if filled.shows_fields(setting) {
                both.extend(rows(setting, &provided(setting, filled, 2), &of));
            }
            both
        }
        SettingType::FieldMapper => mapper(setting, filled, say, &of),
        SettingType::Permission => {
            let check = |scope: &FieldOption| {
                let name = format!("{}.scope.{}", setting.id, scope.value);
                let fixed = setting.fields.contains(&scope.value);
                of(name, &scope.label, Kind::Check { fixed })
            };
            setting.options.iter().map(check).collect()
        }
        SettingType::File => vec![own(Kind::File)],
        SettingType::CopyableButtonInput => vec![],
    }
}

fn mapper(
    setting: &SettingField,
    filled: &Filled,
    say: &'static Strings,
    of: &impl Fn(String, &str, Kind) -> Control,
) -> Vec<Control> {
    let mut controls = Vec::new();
    if setting.lists.len() > 1 {
        let objects = Kind::List(provided(setting, filled, 0));
        controls.push(of(setting.id.clone(), say.object, objects));
    }
    let fields = provided(setting, filled, 1);
    if setting.key.is_none() {
        controls.extend(rows(setting, &fields, of));
        return controls;
    }
    // The app says which fields there are. Of those that are mapped the page knows.
    let prefix = format!("{}.map.", setting.id);
    let names = filled.values(setting).keys();
    let rows = names
        .filter_map(|name| name.strip_prefix(&prefix))
        .map(|field| Control {
            required: false,
            ..of(
                format!("{prefix}{field}"),
                field,
                Kind::List(fields.clone()),
            )
        });
    controls.extend(rows);
    controls
}

/// A row for each of the application's fields.
fn rows(
    setting: &SettingField,
    fields: &List,
    of: &impl Fn(String, &str, Kind) -> Control,
) -> Vec<Control> {
    let row = |field: &String| {
        let name = format!("{}.field.{field}", setting.id);
        of(name, field, Kind::List(fields.clone()))
    };
    setting.fields.iter().map(row).collect()
}

/// What the operator wrote down.
fn listed(setting: &SettingField) -> List {
    let of_app = setting.kind == SettingType::CustomDropdown && setting.options.is_empty();
    List {
        options: setting.options.clone(),
        state: match of_app {
            true => ListState::OfApp,
            false => ListState::Whole,
        },
        leads: false,
        search: None,
    }
}

/// What the provider answered.
fn provided(setting: &SettingField, filled: &Filled, place: usize) -> List {
    let searches = setting.lists.get(place).or(setting.lists.last());
    let (options, state) = match filled.lists.get(&(setting.id.clone(), place)) {
        Some(Some(list)) if list.next.is_some() => (list.options.clone(), ListState::Cut),
        Some(Some(list)) => (list.options.clone(), ListState::Whole),
        Some(None) => (Vec::new(), ListState::Away),
        None if setting.lists.is_empty() => (Vec::new(), ListState::OfApp),
        None => (Vec::new(), ListState::Waits),
    };
    let searches = state != ListState::Waits && searches.is_some_and(|list| list.searches);
    List {
        options,
        state,
        leads: place + 1 < setting.lists.len(),
        search: searches.then(|| search_name(setting, place)),
    }
}
