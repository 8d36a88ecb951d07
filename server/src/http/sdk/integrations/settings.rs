//! Settings in the words of SDKs: `SerializedConnectInput`, and the data sources that inputs name.

use serde_json::{Map, Value, json};

use crate::{
    domain::{
        definition::ChoiceSource,
        setting::{Setting, SettingType},
    },
    use_cases::snapshot::SetUp,
};

/// `sharedMeta.inputs`.
pub fn inputs(set_up: &SetUp) -> Vec<Value> {
    set_up.integration.settings.iter().map(input).collect()
}

/// The sources that settings have beside the definition's own: lists that stand in the setting, and
/// pairs of lists.
pub fn data_sources(set_up: &SetUp) -> Map<String, Value> {
    let pairs = set_up.integration.settings.iter();
    pairs
        .filter_map(|setting| Some((source_key(setting)?, data_source(set_up, setting)?)))
        .collect()
}

/// A source in the words of SDKs, which ask for its choices by its key.
pub fn dynamic(source: &ChoiceSource) -> Value {
    json!({
        "type": "DYNAMIC_DATA_SOURCE",
        "title": source.title,
        "cacheKey": source.id,
        "refreshDependencies": source.parameter.iter().collect::<Vec<_>>(),
        "supportPagination": source.cursor.is_some(),
    })
}

/// What the input names as its `sourceType`.
fn source_key(setting: &Setting) -> Option<String> {
    match setting.kind {
        SettingType::DynamicEnum => setting.source.clone(),
        SettingType::Enum
        | SettingType::ComboInput
        | SettingType::DynamicComboInput
        | SettingType::FieldMapper => Some(format!("setting:{}", setting.id)),
        _ => None,
    }
}

fn input(setting: &Setting) -> Value {
    let mut input = json!({
        "id": setting.id,
        "type": setting.kind.as_str(),
        "title": setting.title,
        "required": setting.required,
    });
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            input[name] = value;
        }
    };
    put("tooltip", setting.tooltip.clone().into());
    put("placeholder", setting.placeholder.clone().into());
    put("sourceType", source_key(setting).into());
    let mappings = || {
        let label = |label: &String| json!({ "label": label });
        setting.fields.iter().map(label).collect()
    };
    match setting.kind {
        SettingType::Enum => put("values", json!(setting.values)),
        SettingType::ComboInput if setting.field_source.is_some() => {
            put("savedFieldMappings", mappings());
        }
        SettingType::CustomDropdown => {
            put("key", setting.key.clone().into());
            put("keyIsDefault", false.into());
            put("customDropdownOptions", json!(setting.values));
        }
        SettingType::FieldMapper => {
            put("savedFieldMappings", mappings());
            put("useDynamicMapper", setting.key.is_some().into());
            put("dynamicObjectName", setting.key.clone().into());
        }
        SettingType::Permission => {
            let needed = setting.scopes.iter().filter(|scope| scope.required);
            let names: Vec<_> = needed.map(|scope| &scope.name).collect();
            put("requiredScopes", json!(names));
            put("scopes", json!({ "values": setting.scopes }));
        }
        _ => {}
    }
    input
}

fn data_source(set_up: &SetUp, setting: &Setting) -> Option<Value> {
    let list = |id: &Option<String>, part: &str| {
        let known = id.as_ref().and_then(|id| set_up.definition.source(id));
        // The host has the list: an SDK asks it, and wants a key all the same.
        known.map_or_else(
            || {
                json!({
                    "type": "DYNAMIC_DATA_SOURCE",
                    "title": setting.title,
                    "cacheKey": format!("setting:{}:{part}", setting.id),
                    "refreshDependencies": [],
                    "supportPagination": true,
                })
            },
            dynamic,
        )
    };
    let (first, second) = (&setting.source, &setting.dependent_source);
    let pair = |kind: &str| {
        let mut pair = json!({
            "type": kind,
            "id": source_key(setting),
            "title": setting.title,
            "mainInputSource": list(first, "main"),
            "dependentInputSource": list(second, "dependent"),
        });
        if let fields @ Some(_) = &setting.field_source {
            pair["fieldSource"] = list(fields, "fields");
        }
        pair
    };
    Some(match setting.kind {
        SettingType::Enum => json!({
            "type": "STATIC_ENUM_DATA_SOURCE",
            "id": source_key(setting),
            "title": setting.title,
            "values": setting.values,
        }),
        SettingType::ComboInput => pair("COMBO_INPUT_DATA_SOURCE"),
        SettingType::DynamicComboInput => pair("DYNAMIC_COMBO_INPUT_DATA_SOURCE"),
        SettingType::FieldMapper => json!({
            "type": "FIELD_MAPPER_DATA_SOURCE",
            "id": source_key(setting),
            "title": setting.title,
            "recordSource": list(first, "objects"),
            "fieldSource": list(second, "fields"),
        }),
        _ => return None,
    })
}
