//! What a value of each type is.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{Setting, SettingType};
use crate::domain::secret::Secret;

const MAX_LINE: usize = 1_000;
const MAX_AREA: usize = 10_000;
const MAX_URL: usize = 2_048;
const MAX_EMAIL: usize = 320;
const MAX_PASSWORD: usize = 4_096;
/// Of a file's content, in bytes: with its base64 it leaves room for other settings of the account.
pub const MAX_FILE: usize = 128 * 1024;
/// Of mappings in one value.
const MAX_MAPPINGS: usize = 200;

/// A value that fits its setting.
#[derive(Debug)]
pub enum Checked {
    Plain(Value),
    /// To be sealed.
    Secret(Secret),
    /// Takes away what was there.
    Nothing,
}

/// Checks a value; the error is a sentence that tells the person what to do.
pub fn check(setting: &Setting, value: &Value) -> Result<Checked, String> {
    if is_empty(value) {
        return if setting.required && setting.kind != SettingType::CopyableButtonInput {
            Err(format!("{} is needed. Fill it in.", setting.title))
        } else {
            Ok(Checked::Nothing)
        };
    }
    let unlike = |what: &str| format!("{} is {what}.", setting.title);
    let text = |max: usize, what: &str| {
        let text = value.as_str().ok_or_else(|| unlike(what))?;
        if text.len() > max {
            return Err(unlike(&format!("{max} bytes at most; shorten it")));
        }
        Ok(text)
    };
    match setting.kind {
        SettingType::TextNoVars => one_line(text(MAX_LINE, "a text")?)
            .then_some(())
            .ok_or_else(|| unlike("one line of text"))?,
        SettingType::TextareaNoVars => {
            text(MAX_AREA, "a text")?;
        }
        SettingType::Number => value
            .as_number()
            .map(|_| ())
            .ok_or_else(|| unlike("a number"))?,
        SettingType::Email => is_email(text(MAX_EMAIL, "an e-mail address")?)
            .then_some(())
            .ok_or_else(|| unlike("an e-mail address, as in dana@example.com"))?,
        SettingType::Url => {
            let url = Url::parse(text(MAX_URL, "a web address")?).ok();
            url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or_else(|| unlike("a web address that begins with https://"))?;
        }
        SettingType::Password => {
            let secret = text(MAX_PASSWORD, "a text")?;
            return Ok(Checked::Secret(Secret::new(secret)));
        }
        SettingType::BooleanInput | SettingType::Switch => value
            .as_bool()
            .map(|_| ())
            .ok_or_else(|| unlike("true or false"))?,
        SettingType::Enum => {
            let chosen = text(MAX_LINE, "one of its choices")?;
            let known = setting.values.iter().any(|choice| choice.value == chosen);
            known
                .then_some(())
                .ok_or_else(|| unlike("one of its choices"))?;
        }
        // What there is to choose from is the provider's or the host's to say, and changes.
        SettingType::DynamicEnum | SettingType::CustomDropdown => {
            one_line(text(MAX_LINE, "one of its choices")?)
                .then_some(())
                .ok_or_else(|| unlike("one of its choices"))?;
        }
        SettingType::ComboInput | SettingType::DynamicComboInput => {
            combo(setting, value).map_err(&unlike)?;
        }
        SettingType::FieldMapper => mapping(setting, value).map_err(&unlike)?,
        SettingType::CopyableButtonInput => {
            return Err(unlike("there to be copied; it takes no value"));
        }
        SettingType::Permission => permission(setting, text(MAX_AREA, "a list of scopes")?)
            .map_err(|what| unlike(&what))?,
        SettingType::File => file(value).map_err(|what| unlike(&what))?,
    }
    Ok(Checked::Plain(value.clone()))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn one_line(text: &str) -> bool {
    !text.contains(char::is_control)
}

fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
    };
    text.split_once('@')
        .is_some_and(|(name, host)| plain(name) && plain(host) && host.contains('.'))
}

/// `ComboInputValue` of the embed protocol.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Combo {
    main_input: Option<String>,
    dependent_input: Option<String>,
    #[serde(default)]
    field_mappings: Map<String, Value>,
}

fn combo(setting: &Setting, value: &Value) -> Result<(), &'static str> {
    const SHAPE: &str = "an object with mainInput and dependentInput";
    let combo = Combo::deserialize(value).map_err(|_| SHAPE)?;
    let lines = [&combo.main_input, &combo.dependent_input];
    let short = |text: &str| text.len() <= MAX_LINE && one_line(text);
    if combo.main_input.as_ref().is_none_or(String::is_empty)
        || lines.into_iter().flatten().any(|text| !short(text))
    {
        return Err(SHAPE);
    }
    mapped(&combo.field_mappings).ok_or("mapped to texts, 200 at most")?;
    has_fields(setting, &combo.field_mappings)
}

fn has_fields(setting: &Setting, mappings: &Map<String, Value>) -> Result<(), &'static str> {
    let known = mappings.keys().all(|label| setting.fields.contains(label));
    known
        .then_some(())
        .ok_or("a mapping of fields that the application does not have")
}

/// `FieldMappingValue` of the embed protocol.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Mapping {
    object_mapping: Option<String>,
    #[serde(default)]
    field_mappings: Map<String, Value>,
    #[serde(default)]
    dynamic_mappings: std::collections::BTreeMap<String, Pair>,
    #[serde(default)]
    user_created_fields: Vec<String>,
    #[serde(rename = "mappingType")]
    _mapping_type: Option<MappingType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pair {
    application_field: Option<String>,
    integration_field: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum MappingType {
    Static,
    Dynamic,
}

fn mapping(setting: &Setting, value: &Value) -> Result<(), &'static str> {
    const SHAPE: &str =
        "an object with objectMapping, fieldMappings, dynamicMappings and userCreatedFields";
    let mapping = Mapping::deserialize(value).map_err(|_| SHAPE)?;
    let count = mapping.dynamic_mappings.len() + mapping.user_created_fields.len();
    let short = |text: &str| text.len() <= MAX_LINE && one_line(text);
    let pairs = mapping.dynamic_mappings.iter().flat_map(|(key, pair)| {
        let both = [&pair.application_field, &pair.integration_field];
        both.into_iter().flatten().chain([key])
    });
    let texts = pairs
        .chain(&mapping.user_created_fields)
        .chain(&mapping.object_mapping);
    let fits = count <= MAX_MAPPINGS && mapped(&mapping.field_mappings).is_some();
    if !fits || !texts.into_iter().all(|text| short(text)) {
        return Err("too large; map fewer fields");
    }
    match setting.key {
        Some(_) => Ok(()),
        None => has_fields(setting, &mapping.field_mappings),
    }
}

/// Label to the provider's field, or to none.
fn mapped(fields: &Map<String, Value>) -> Option<()> {
    let fits = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.len() <= MAX_LINE && one_line(text),
        _ => false,
    };
    let short = |(label, value): (&String, &Value)| label.len() <= MAX_LINE && fits(value);
    (fields.len() <= MAX_MAPPINGS && fields.iter().all(short)).then_some(())
}

/// Names with blanks between, as scopes travel (RFC 6749, section 3.3).
fn permission(setting: &Setting, text: &str) -> Result<(), String> {
    let given: Vec<&str> = text.split(' ').collect();
    let known = |name: &&str| setting.scopes.iter().any(|scope| scope.name == **name);
    if let Some(odd) = given.iter().find(|name| !known(name)) {
        return Err(format!("a list of its scopes, and {odd:?} is none of them"));
    }
    let missing = setting
        .scopes
        .iter()
        .find(|scope| scope.required && !given.contains(&scope.name.as_str()));
    match missing {
        Some(scope) => Err(format!("incomplete without {}", scope.name)),
        None => Ok(()),
    }
}

/// `FileValue` of the embed protocol, its data in base64.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    data_type: String,
    name: String,
    #[serde(default)]
    mime_type: String,
    encoding: String,
    data: String,
    #[serde(rename = "size")]
    _size: Option<Value>,
}

fn file(value: &Value) -> Result<(), String> {
    let shape =
        || "an object with dataType FILE, name, mimeType, encoding base64 and data".to_owned();
    let file = File::deserialize(value).map_err(|_| shape())?;
    let plain = |text: &str| text.len() <= 255 && one_line(text);
    if file.data_type != "FILE" || file.encoding != "base64" {
        return Err(shape());
    }
    if file.name.is_empty() || !plain(&file.name) || !plain(&file.mime_type) {
        return Err(shape());
    }
    if file.data.len() > MAX_FILE / 3 * 4 + 4 {
        return Err(format!("a file of {} kB at most", MAX_FILE / 1024));
    }
    let content = BASE64.decode(&file.data).map_err(|_| shape())?;
    if content.len() > MAX_FILE {
        return Err(format!("a file of {} kB at most", MAX_FILE / 1024));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn setting(kind: SettingType) -> Setting {
        let listed = json!({
            "id": "a", "type": kind, "title": "A", "required": false,
            "values": [{ "value": "eu", "label": "Europe" }],
            "fields": ["Name"],
            "scopes": [
                { "name": "read", "description": "Read", "required": true },
                { "name": "write", "description": "Write" },
            ],
        });
        serde_json::from_value(listed).unwrap()
    }

    #[test]
    fn each_type_takes_its_own_values() {
        use SettingType::*;
        let file = |data: &str| json!({ "dataType": "FILE", "name": "a.txt", "mimeType": "text/plain", "encoding": "base64", "data": data });
        let takes = [
            (TextNoVars, json!("a"), json!("a\nb")),
            (TextNoVars, json!("a"), json!(1)),
            (TextNoVars, json!("a"), json!("x".repeat(MAX_LINE + 1))),
            (TextareaNoVars, json!("a\nb"), json!({ "a": 1 })),
            (Number, json!(1.5), json!("1.5")),
            (Email, json!("a@b.example"), json!("a@b")),
            (Email, json!("a@b.example"), json!("a b@c.example")),
            (
                Url,
                json!("https://a.example/b"),
                json!("javascript:alert(1)"),
            ),
            (Url, json!("http://a.example"), json!("a.example")),
            (Password, json!("p"), json!(1)),
            (BooleanInput, json!(false), json!("false")),
            (Switch, json!(true), json!(1)),
            (Enum, json!("eu"), json!("us")),
            (DynamicEnum, json!("any"), json!(["any"])),
            (CustomDropdown, json!("any"), json!({ "value": "any" })),
            (
                ComboInput,
                json!({ "mainInput": "a", "dependentInput": "b" }),
                json!({ "dependentInput": "b" }),
            ),
            (
                ComboInput,
                json!({ "mainInput": "a", "dependentInput": "b", "fieldMappings": { "Name": "n" } }),
                json!({ "mainInput": "a", "dependentInput": "b", "fieldMappings": { "Other": "n" } }),
            ),
            (
                DynamicComboInput,
                json!({ "mainInput": "a" }),
                json!({ "mainInput": "a", "more": 1 }),
            ),
            (
                FieldMapper,
                json!({ "objectMapping": "c", "fieldMappings": { "Name": "n" } }),
                json!({ "fieldMappings": { "Other": "n" } }),
            ),
            (
                FieldMapper,
                json!({ "dynamicMappings": { "1": { "applicationField": "a", "integrationField": "b" } }, "userCreatedFields": ["a"], "mappingType": "DYNAMIC" }),
                json!({ "mappingType": "OTHER" }),
            ),
            (Permission, json!("read write"), json!("write")),
            (Permission, json!("read"), json!("read admin")),
            (File, file("aGk="), file("not base64")),
            (File, file("aGk="), file(&"A".repeat(MAX_FILE / 3 * 4 + 8))),
            (File, file("aGk="), json!("data:text/plain;base64,aGk=")),
        ];
        for (kind, good, bad) in takes {
            assert!(check(&setting(kind), &good).is_ok(), "{kind:?} {good}");
            let message = check(&setting(kind), &bad).unwrap_err();
            assert!(message.starts_with("A is "), "{kind:?} {message}");
        }
        assert!(check(&setting(CopyableButtonInput), &json!("a")).is_err());
    }

    #[test]
    fn a_password_is_a_secret() {
        let checked = check(&setting(SettingType::Password), &json!("hunter2")).unwrap();
        assert_eq!(format!("{checked:?}"), "Secret([redacted])");
    }

    #[test]
    fn nothing_is_refused_where_something_is_needed() {
        for kind in SettingType::ALL {
            for empty in [json!(null), json!(""), json!({})] {
                let mut setting = setting(kind);
                assert!(matches!(check(&setting, &empty), Ok(Checked::Nothing)));
                setting.required = true;
                let needed = kind != SettingType::CopyableButtonInput;
                assert_eq!(check(&setting, &empty).is_err(), needed, "{kind:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_check_fail_otherwise_than_with_a_sentence(text in ".{0,300}", kind in 0..SettingType::ALL.len()) {
            let setting = setting(SettingType::ALL[kind]);
            for value in [json!(text), json!({ "mainInput": text }), json!({ "fieldMappings": { "Name": text } })] {
                match check(&setting, &value) {
                    Err(message) => prop_assert!(message.ends_with('.')),
                    Ok(Checked::Plain(kept)) => prop_assert_eq!(kept, value),
                    Ok(_) => {}
                }
            }
        }
    }
}
