//! Values as a form holds them: input name to text, and back. Where a value is made of several, its
//! inputs are called `{id}.{part}`.

use std::collections::BTreeMap;

use app::contract::portal::FieldOption;
use serde_json::{Map, Number, Value, json};

use super::{Setting, SettingField, SettingList, SettingType};
use crate::domain::{
    configuration::{MASK, Settings},
    definition::ChoiceSource,
};

/// The setting with what is stored of it, for a form. Secrets and files are not in it.
pub fn field(
    setting: &Setting,
    stored: Option<&Value>,
    sources: &[ChoiceSource],
    copy: Option<String>,
) -> SettingField {
    let list = |id: &Option<String>| {
        let source = sources.iter().find(|known| Some(&known.id) == id.as_ref());
        source.map(|source| SettingList {
            searches: source.search.is_some(),
        })
    };
    let hidden = matches!(setting.kind, SettingType::Password | SettingType::File);
    let scope = |scope: &app::contract::setting::SettingScope| FieldOption {
        value: scope.name.clone(),
        label: scope
            .label
            .clone()
            .unwrap_or_else(|| scope.description.clone()),
    };
    let needed = setting.scopes.iter().filter(|scope| scope.required);
    SettingField {
        id: setting.id.clone(),
        kind: setting.kind,
        title: setting.title.clone(),
        help: setting.tooltip.clone(),
        placeholder: setting.placeholder.clone(),
        required: setting.required,
        options: match setting.kind {
            SettingType::Permission => setting.scopes.iter().map(scope).collect(),
            _ => setting.values.clone(),
        },
        fields: match setting.kind {
            SettingType::Permission => needed.map(|scope| scope.name.clone()).collect(),
            _ => setting.fields.clone(),
        },
        key: setting.key.clone(),
        lists: [
            &setting.source,
            &setting.dependent_source,
            &setting.field_source,
        ]
        .into_iter()
        .filter_map(list)
        .collect(),
        copy,
        values: match stored {
            Some(value) if !hidden => flat(setting, value),
            _ => BTreeMap::new(),
        },
        stored: hidden && stored.is_some(),
    }
}

fn flat(setting: &Setting, value: &Value) -> BTreeMap<String, String> {
    let id = &setting.id;
    let mut values = BTreeMap::new();
    let mut put = |name: String, value: &Value| {
        if let Some(text) = text(value) {
            values.insert(name, text);
        }
    };
    let fields = |put: &mut dyn FnMut(String, &Value)| {
        for (label, field) in value["fieldMappings"].as_object().into_iter().flatten() {
            put(format!("{id}.field.{label}"), field);
        }
    };
    match setting.kind {
        kind if kind.is_combo() => {
            put(id.clone(), &value["mainInput"]);
            put(format!("{id}.dependent"), &value["dependentInput"]);
            fields(&mut put);
        }
        SettingType::FieldMapper => {
            put(id.clone(), &value["objectMapping"]);
            fields(&mut put);
            for pair in value["dynamicMappings"].as_object().into_iter().flatten() {
                if let Some(own) = pair.1["applicationField"].as_str() {
                    // A row that maps to nothing yet is a row all the same.
                    let field = text(&pair.1["integrationField"]).unwrap_or_default();
                    put(format!("{id}.map.{own}"), &field.into());
                }
            }
            for name in value["userCreatedFields"].as_array().into_iter().flatten() {
                if let Some(name) = name.as_str() {
                    put(format!("{id}.new.{name}"), &name.into());
                }
            }
        }
        SettingType::Permission => {
            for name in value.as_str().unwrap_or_default().split_whitespace() {
                put(format!("{id}.scope.{name}"), &Value::Bool(true));
            }
        }
        _ => put(id.clone(), value),
    }
    values
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// What a form sent, as values to be checked. `stored` is what is there, with masks: a secret or a
/// file that the form leaves empty stays, unless `{id}.remove` is there.
pub fn read(settings: &[Setting], stored: &Settings, sent: &BTreeMap<String, String>) -> Settings {
    let mut all = Settings::new();
    for setting in settings {
        let value = value(setting, stored.get(&setting.id), sent);
        if setting.kind != SettingType::CopyableButtonInput {
            all.insert(setting.id.clone(), value);
        }
    }
    all
}

fn value(setting: &Setting, stored: Option<&Value>, sent: &BTreeMap<String, String>) -> Value {
    let id = &setting.id;
    let own = sent.get(id).map_or("", String::as_str).trim();
    let given = |name: &str| match sent.get(&format!("{id}.{name}")).map(|text| text.trim()) {
        None | Some("") => Value::Null,
        Some(text) => text.into(),
    };
    let below = |part: &str| -> Vec<(String, String)> {
        let prefix = format!("{id}.{part}.");
        let inside = |(name, value): (&String, &String)| {
            let name = name.strip_prefix(&prefix)?;
            Some((name.to_owned(), value.trim().to_owned()))
        };
        sent.iter().filter_map(inside).collect()
    };
    let kept = || match given("remove") {
        Value::Null => stored.cloned().unwrap_or_default(),
        _ => Value::Null,
    };
    match setting.kind {
        SettingType::Password if own.is_empty() => match kept() {
            Value::Null => Value::Null,
            _ => MASK.into(),
        },
        // A blank at its end may be meant.
        SettingType::Password => sent.get(id).cloned().into(),
        SettingType::File if own.is_empty() => kept(),
        SettingType::File => file(own),
        SettingType::Number => match own.parse::<Number>() {
            Ok(number) => number.into(),
            Err(_) => own.into(),
        },
        kind if kind.is_switch() => Value::Bool(own == "true"),
        kind if kind.is_combo() => match own {
            "" => Value::Null,
            main => combo(main, given("dependent"), below),
        },
        SettingType::FieldMapper => mapping(own, below),
        SettingType::Permission => {
            let chosen = below("scope").into_iter();
            let chosen = chosen.filter(|(_, value)| value == "true");
            let names: Vec<String> = chosen.map(|(name, _)| name).collect();
            names.join(" ").into()
        }
        _ => own.into(),
    }
}

fn combo(main: &str, dependent: Value, below: impl Fn(&str) -> Vec<(String, String)>) -> Value {
    let mut value = json!({ "mainInput": main });
    if !dependent.is_null() {
        value["dependentInput"] = dependent;
    }
    if let Some(fields) = fields(below) {
        value["fieldMappings"] = fields;
    }
    value
}

/// `fieldMappings`: what is mapped; none where nothing is.
fn fields(below: impl Fn(&str) -> Vec<(String, String)>) -> Option<Value> {
    let fields: Map<String, Value> = below("field")
        .into_iter()
        .filter(|(_, field)| !field.is_empty())
        .map(|(label, field)| (label, field.into()))
        .collect();
    (!fields.is_empty()).then(|| fields.into())
}

fn mapping(object: &str, below: impl Fn(&str) -> Vec<(String, String)>) -> Value {
    let mut value = Map::new();
    let mut put = |name: &str, part: Value| value.insert(name.to_owned(), part);
    if !object.is_empty() {
        put("objectMapping", object.into());
    }
    if let Some(fields) = fields(&below) {
        put("fieldMappings", fields);
    }
    let pairs: Map<String, Value> = below("map")
        .into_iter()
        .map(|(own, field)| {
            let pair = match field.as_str() {
                "" => json!({ "applicationField": own }),
                field => json!({ "applicationField": own, "integrationField": field }),
            };
            (own, pair)
        })
        .collect();
    if !pairs.is_empty() {
        put("dynamicMappings", pairs.into());
        put("mappingType", "DYNAMIC".into());
    }
    let new: Vec<String> = below("new").into_iter().map(|(name, _)| name).collect();
    if !new.is_empty() {
        put("userCreatedFields", new.into());
    }
    value.into()
}

/// `data:{type};name={name};base64,{data}`, as the form writes it; anything else stays as it is, to
/// be refused.
fn file(text: &str) -> Value {
    let parts = || {
        let (head, data) = text.strip_prefix("data:")?.split_once(";base64,")?;
        let (kind, name) = head.split_once(";name=")?;
        let name = url::form_urlencoded::parse(format!("n={name}").as_bytes())
            .next()
            .map(|(_, name)| name.into_owned())?;
        let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
        let size = (data.len() / 4 * 3).saturating_sub(padding);
        Some(json!({
            "dataType": "FILE", "name": name, "mimeType": kind, "encoding": "base64",
            "size": size.to_string(), "data": data,
        }))
    };
    parts().unwrap_or_else(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(kind: SettingType) -> Setting {
        Setting {
            id: "a".to_owned(),
            kind,
            title: "A".to_owned(),
            ..Setting::default()
        }
    }

    #[test]
    fn a_value_survives_its_form() {
        use SettingType::*;
        let values = [
            (TextNoVars, json!("x")),
            (Number, json!(1.5)),
            (Number, json!(12)),
            (Switch, json!(true)),
            (BooleanInput, json!(false)),
            (
                ComboInput,
                json!({ "mainInput": "m", "dependentInput": "d" }),
            ),
            (DynamicComboInput, json!({ "mainInput": "m" })),
            (
                ComboInput,
                json!({ "mainInput": "m", "dependentInput": "d", "fieldMappings": { "a.b": "f" } }),
            ),
            (Permission, json!("read write")),
            (
                FieldMapper,
                json!({ "objectMapping": "o", "fieldMappings": { "First name": "f.1" } }),
            ),
            (
                FieldMapper,
                json!({
                    "dynamicMappings": {
                        "a.b": { "applicationField": "a.b", "integrationField": "x" },
                        "c": { "applicationField": "c" },
                    },
                    "mappingType": "DYNAMIC", "userCreatedFields": ["c"],
                }),
            ),
        ];
        for (kind, value) in values {
            let setting = setting(kind);
            let form = field(&setting, Some(&value), &[], None).values;
            let read = read(&[setting], &Settings::new(), &form);
            assert_eq!(read["a"], value, "{kind:?} {form:?}");
        }
    }

    #[test]
    fn a_secret_and_a_file_stay_until_they_are_taken_away() {
        let secret = setting(SettingType::Password);
        let stored: Settings = [("a".to_owned(), json!(MASK))].into_iter().collect();
        let shown = field(&secret, stored.get("a"), &[], None);
        assert!(shown.stored && shown.values.is_empty());
        let sent = |name: &str, value: &str| [(name.to_owned(), value.to_owned())].into();
        let all = [secret];
        assert_eq!(read(&all, &stored, &BTreeMap::new())["a"], MASK);
        assert_eq!(read(&all, &stored, &sent("a", "new"))["a"], "new");
        assert_eq!(
            read(&all, &stored, &sent("a.remove", "true"))["a"],
            json!(null)
        );
        let file = read(
            &[setting(SettingType::File)],
            &stored,
            &sent("a", "data:text/plain;name=a%20b.txt;base64,aGk="),
        );
        assert_eq!(file["a"]["name"], "a b.txt");
        assert_eq!(file["a"]["size"], "2");
    }
}
