//! User settings: what an operator asks each connected user for, and what a value of each type is.

mod form;
mod value;

use std::collections::BTreeSet;

pub use app::contract::setting::{
    Setting, SettingField, SettingList, SettingType, SettingsDocument,
};
pub use form::{field, read};
pub use value::{Checked, MAX_FILE, check as check_value};

use super::definition::ChoiceSource;

/// The most settings that one integration has.
pub const MAX_SETTINGS: usize = 50;
const MAX_ID: usize = 64;
const MAX_TITLE: usize = 100;
const MAX_TEXT: usize = 500;
const MAX_LISTED: usize = 200;

/// What is wrong with a setting, and where: `settings[2].title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub at: String,
    pub message: String,
}

/// Checks what an operator wrote. `sources`: the lists of the provider's definition; none where the
/// definition is not at hand.
pub fn check(settings: &[Setting], sources: Option<&[ChoiceSource]>) -> Result<(), Mistake> {
    if settings.len() > MAX_SETTINGS {
        let message = format!("An integration has {MAX_SETTINGS} settings at most.");
        return Err(Mistake {
            at: "settings".to_owned(),
            message,
        });
    }
    let mut ids = BTreeSet::new();
    for (index, setting) in settings.iter().enumerate() {
        let mistake = |(part, message): (&str, String)| Mistake {
            at: format!("settings[{index}].{part}"),
            message,
        };
        check_one(setting, sources).map_err(mistake)?;
        if !ids.insert(&setting.id) {
            let message = format!("Another setting has the id {} already.", setting.id);
            return Err(mistake(("id", message)));
        }
    }
    Ok(())
}

type Part = Result<(), (&'static str, String)>;

fn check_one(setting: &Setting, sources: Option<&[ChoiceSource]>) -> Part {
    let id = setting.id.as_bytes();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > MAX_ID || !id.iter().all(is_plain) {
        let message = format!("An id is 1 to {MAX_ID} letters, digits, - and _.");
        return Err(("id", message));
    }
    line("title", &setting.title, MAX_TITLE)?;
    for (part, text) in [
        ("tooltip", &setting.tooltip),
        ("placeholder", &setting.placeholder),
        ("key", &setting.key),
        ("copyText", &setting.copy_text),
    ] {
        text.as_deref()
            .map_or(Ok(()), |text| line(part, text, MAX_TEXT))?;
    }
    has_only_its_parts(setting)?;
    has_its_parts(setting)?;
    listed(setting)?;
    for (part, source) in [
        ("source", &setting.source),
        ("dependentSource", &setting.dependent_source),
        ("fieldSource", &setting.field_source),
    ] {
        let (Some(source), Some(sources)) = (source, sources) else {
            continue;
        };
        let Some(known) = sources.iter().find(|known| known.id == *source) else {
            let message =
                format!("The provider's definition has no [[sources]] with the id {source}.");
            return Err((part, message));
        };
        if part == "source" && known.parameter.is_some() {
            let message = format!("The list {source} depends on another: it can come second only.");
            return Err((part, message));
        }
    }
    Ok(())
}

/// The parts that a type has.
fn parts(kind: SettingType) -> &'static [&'static str] {
    match kind {
        SettingType::Enum => &["values"],
        SettingType::DynamicEnum => &["source"],
        SettingType::CustomDropdown => &["key", "values"],
        SettingType::ComboInput => &["source", "dependentSource", "fieldSource", "fields"],
        SettingType::DynamicComboInput => &["source", "dependentSource"],
        SettingType::FieldMapper => &["fields", "key", "source", "dependentSource"],
        SettingType::CopyableButtonInput => &["copyText"],
        SettingType::Permission => &["scopes"],
        _ => &[],
    }
}

fn has_only_its_parts(setting: &Setting) -> Part {
    let there = [
        ("values", !setting.values.is_empty()),
        ("key", setting.key.is_some()),
        ("source", setting.source.is_some()),
        ("dependentSource", setting.dependent_source.is_some()),
        ("fieldSource", setting.field_source.is_some()),
        ("fields", !setting.fields.is_empty()),
        ("copyText", setting.copy_text.is_some()),
        ("scopes", !setting.scopes.is_empty()),
    ];
    for (part, is_there) in there {
        if is_there && !parts(setting.kind).contains(&part) {
            let message = format!("{} has no {part}. Leave it out.", setting.kind.as_str());
            return Err((part, message));
        }
    }
    Ok(())
}

fn has_its_parts(setting: &Setting) -> Part {
    let needs = |part: &'static str, is_there: bool, message: &str| match is_there {
        true => Ok(()),
        false => Err((part, message.to_owned())),
    };
    let has_source = setting.source.is_some();
    let has_second = setting.dependent_source.is_some();
    match setting.kind {
        SettingType::Enum => needs("values", !setting.values.is_empty(), "Add a choice."),
        SettingType::DynamicEnum => {
            needs("source", has_source, "Name one of the provider's lists.")
        }
        SettingType::CustomDropdown => needs(
            "key",
            setting.key.is_some(),
            "Say by which key your application gives the choices.",
        ),
        SettingType::ComboInput | SettingType::DynamicComboInput => {
            needs("source", has_source, "Name the provider's first list.")?;
            needs(
                "dependentSource",
                has_second,
                "Name the provider's second list.",
            )?;
            let (fields, source) = (!setting.fields.is_empty(), setting.field_source.is_some());
            needs(
                "fields",
                fields || !source,
                "Name your application's fields.",
            )?;
            needs(
                "fieldSource",
                source || !fields,
                "Name the provider's list of fields.",
            )
        }
        SettingType::FieldMapper => {
            let own = setting.fields.is_empty() != setting.key.is_none();
            needs(
                "fields",
                own,
                "Name your application's fields, or the key by which it gives them; not both.",
            )?;
            let fields = setting.key.is_some() || has_second;
            needs(
                "dependentSource",
                fields,
                "Name the provider's list of fields.",
            )
        }
        SettingType::CopyableButtonInput => needs(
            "copyText",
            setting.copy_text.is_some(),
            "Say what is copied.",
        ),
        SettingType::Permission => needs("scopes", !setting.scopes.is_empty(), "Add a scope."),
        _ => Ok(()),
    }
}

fn listed(setting: &Setting) -> Part {
    let distinct = |part: &'static str, names: Vec<&str>| {
        let mut seen = BTreeSet::new();
        if names.len() > MAX_LISTED {
            return Err((part, format!("There are {MAX_LISTED} at most.")));
        }
        for name in names {
            line(part, name, 200)?;
            if !seen.insert(name) {
                return Err((part, format!("{name} stands there twice.")));
            }
        }
        Ok(())
    };
    let values = setting.values.iter().map(|value| value.value.as_str());
    distinct("values", values.collect())?;
    distinct(
        "fields",
        setting.fields.iter().map(String::as_str).collect(),
    )?;
    let scopes = setting.scopes.iter().map(|scope| scope.name.as_str());
    distinct("scopes", scopes.collect())?;
    for value in &setting.values {
        line("values", &value.label, 200)?;
    }
    for scope in &setting.scopes {
        if scope.name.contains(char::is_whitespace) {
            return Err(("scopes", "A scope's name has no blanks.".to_owned()));
        }
        line("scopes", &scope.description, MAX_TEXT)?;
        line("scopes", scope.label.as_deref().unwrap_or("-"), 200)?;
    }
    Ok(())
}

fn line(part: &'static str, text: &str, max: usize) -> Part {
    if text.trim().is_empty() || text.len() > max || text.contains(char::is_control) {
        let message = format!("This is one line of text, of {max} bytes at most.");
        return Err((part, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(json: serde_json::Value) -> Setting {
        let mut whole = serde_json::json!({ "id": "a", "title": "A" });
        let members = whole.as_object_mut().unwrap();
        members.extend(json.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn at(json: serde_json::Value) -> Option<String> {
        let mistake = check(&[setting(json)], Some(&[])).err()?;
        assert!(mistake.message.ends_with('.'), "{}", mistake.message);
        Some(mistake.at)
    }

    #[test]
    fn a_type_has_its_parts_and_no_other() {
        use serde_json::json;
        let listed = json!([{ "value": "a", "label": "A" }]);
        assert_eq!(at(json!({ "type": "ENUM", "values": listed })), None);
        let refused = [
            (json!({ "type": "URL", "id": "a b" }), "id"),
            (json!({ "type": "URL", "id": "" }), "id"),
            (json!({ "type": "URL", "title": " " }), "title"),
            (json!({ "type": "URL", "title": "x".repeat(101) }), "title"),
            (json!({ "type": "URL", "tooltip": "a\nb" }), "tooltip"),
            (json!({ "type": "URL", "values": listed }), "values"),
            (json!({ "type": "ENUM" }), "values"),
            (
                json!({ "type": "ENUM", "values": [listed[0], listed[0]] }),
                "values",
            ),
            (json!({ "type": "DYNAMIC_ENUM" }), "source"),
            (
                json!({ "type": "DYNAMIC_ENUM", "source": "none" }),
                "source",
            ),
            (json!({ "type": "CUSTOM_DROPDOWN" }), "key"),
            (
                json!({ "type": "COMBO_INPUT", "source": "a" }),
                "dependentSource",
            ),
            (
                json!({ "type": "COMBO_INPUT", "source": "a", "dependentSource": "b", "fields": ["c"] }),
                "fieldSource",
            ),
            (
                json!({ "type": "COMBO_INPUT", "source": "a", "dependentSource": "b", "fieldSource": "c" }),
                "fields",
            ),
            (
                json!({ "type": "DYNAMIC_COMBO_INPUT", "source": "a", "fieldSource": "c" }),
                "fieldSource",
            ),
            (json!({ "type": "FIELD_MAPPER" }), "fields"),
            (
                json!({ "type": "FIELD_MAPPER", "fields": ["a"], "key": "b" }),
                "fields",
            ),
            (
                json!({ "type": "FIELD_MAPPER", "fields": ["a"] }),
                "dependentSource",
            ),
            (json!({ "type": "COPYABLE_BUTTON_INPUT" }), "copyText"),
            (json!({ "type": "PERMISSION" }), "scopes"),
        ];
        for (json, part) in refused {
            assert_eq!(
                at(json.clone()),
                Some(format!("settings[0].{part}")),
                "{json}"
            );
        }
        assert_eq!(at(json!({ "type": "FIELD_MAPPER", "key": "Task" })), None);
    }

    #[test]
    fn ids_are_distinct_and_settings_few() {
        let one = setting(serde_json::json!({ "type": "URL" }));
        let twice = check(&[one.clone(), one.clone()], None).unwrap_err();
        assert_eq!(twice.at, "settings[1].id");
        let many: Vec<_> = (0..=MAX_SETTINGS)
            .map(|n| Setting {
                id: n.to_string(),
                ..one.clone()
            })
            .collect();
        assert_eq!(check(&many[1..], None), Ok(()));
        assert_eq!(check(&many, None).unwrap_err().at, "settings");
    }
}
