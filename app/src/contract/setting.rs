//! User settings: what an operator asks each connected user for, per integration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::portal::FieldOption;

/// What a setting takes, by the names of the embed protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SettingType {
    #[default]
    TextNoVars,
    TextareaNoVars,
    Number,
    Email,
    Url,
    Password,
    BooleanInput,
    Switch,
    Enum,
    /// A list of the provider's.
    DynamicEnum,
    /// A list of the host application's.
    CustomDropdown,
    /// Two lists of the provider's, of which the second depends on the first.
    ComboInput,
    DynamicComboInput,
    FieldMapper,
    /// A text to copy; it takes nothing.
    CopyableButtonInput,
    Permission,
    File,
}

impl SettingType {
    pub const ALL: [Self; 17] = [
        Self::TextNoVars,
        Self::TextareaNoVars,
        Self::Number,
        Self::Email,
        Self::Url,
        Self::Password,
        Self::BooleanInput,
        Self::Switch,
        Self::Enum,
        Self::DynamicEnum,
        Self::CustomDropdown,
        Self::ComboInput,
        Self::DynamicComboInput,
        Self::FieldMapper,
        Self::CopyableButtonInput,
        Self::Permission,
        Self::File,
    ];

    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextNoVars => "TEXT_NO_VARS",
            Self::TextareaNoVars => "TEXTAREA_NO_VARS",
            Self::Number => "NUMBER",
            Self::Email => "EMAIL",
            Self::Url => "URL",
            Self::Password => "PASSWORD",
            Self::BooleanInput => "BOOLEAN_INPUT",
            Self::Switch => "SWITCH",
            Self::Enum => "ENUM",
            Self::DynamicEnum => "DYNAMIC_ENUM",
            Self::CustomDropdown => "CUSTOM_DROPDOWN",
            Self::ComboInput => "COMBO_INPUT",
            Self::DynamicComboInput => "DYNAMIC_COMBO_INPUT",
            Self::FieldMapper => "FIELD_MAPPER",
            Self::CopyableButtonInput => "COPYABLE_BUTTON_INPUT",
            Self::Permission => "PERMISSION",
            Self::File => "FILE",
        }
    }

    /// Whether it is two lists.
    pub fn is_combo(self) -> bool {
        matches!(self, Self::ComboInput | Self::DynamicComboInput)
    }

    /// Whether it is answered by choosing.
    pub fn is_chosen(self) -> bool {
        self.is_combo()
            || matches!(
                self,
                Self::Enum
                    | Self::DynamicEnum
                    | Self::CustomDropdown
                    | Self::FieldMapper
                    | Self::Permission
            )
    }

    /// Whether it is answered with yes or no.
    pub fn is_switch(self) -> bool {
        matches!(self, Self::BooleanInput | Self::Switch)
    }
}

/// One setting, as operators write it. What a part means depends on the type; a part that the type
/// does not have is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Setting {
    /// Distinct within the integration; the name of the value.
    pub id: String,
    #[serde(rename = "type")]
    pub kind: SettingType,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tooltip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// As in the embed protocol, what does not say is required.
    #[serde(default = "yes")]
    pub required: bool,
    /// `ENUM`: what there is to choose from. `CUSTOM_DROPDOWN`: the same, while the host has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<FieldOption>,
    /// `CUSTOM_DROPDOWN`: the host's name of the list. `FIELD_MAPPER`: the host's name of its fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A list of the provider's: the choices, the first list of two, or the objects to map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The second list of two, or the fields of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependent_source: Option<String>,
    /// `COMBO_INPUT`: the provider's fields, which depend on one of the two choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_source: Option<String>,
    /// `FIELD_MAPPER`, and `COMBO_INPUT` with a `field_source`: the application's fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// `COPYABLE_BUTTON_INPUT`: what is copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_text: Option<String>,
    /// `PERMISSION`: what the person may allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<SettingScope>,
}

fn yes() -> bool {
    true
}

/// One thing to allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingScope {
    pub name: String,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The person cannot take it away.
    #[serde(default)]
    pub required: bool,
}

/// All settings of one integration, as a file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsDocument {
    pub settings: Vec<Setting>,
}

/// One setting with what is stored of it, as the portal's form shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingField {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: SettingType,
    pub title: String,
    pub help: Option<String>,
    pub placeholder: Option<String>,
    pub required: bool,
    /// What there is to choose from or to allow, where that is no list of somebody else's.
    pub options: Vec<FieldOption>,
    /// The application's fields, or what cannot be taken away.
    pub fields: Vec<String>,
    /// The host's name of a list.
    pub key: Option<String>,
    /// The provider's lists.
    pub lists: Vec<SettingList>,
    pub copy: Option<String>,
    /// Input name to value.
    pub values: BTreeMap<String, String>,
    /// Something is stored that is not shown.
    pub stored: bool,
}

/// A list that the provider has for the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingList {
    /// People may type to find a choice.
    pub searches: bool,
}

/// Which part of which list of a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ListPart {
    /// The setting's id.
    pub setting: String,
    /// The list that depends on a choice in the first.
    pub second: bool,
    /// What was chosen in the first.
    pub chosen: Option<String>,
    /// What was chosen in the second: the list of fields is meant, which depends on one of both.
    pub then: Option<String>,
    pub search: Option<String>,
    /// [`SettingChoices::next`] of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChoices {
    pub options: Vec<FieldOption>,
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_called_the_same_everywhere() {
        for kind in SettingType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn what_does_not_say_is_required() {
        let read = |json| serde_json::from_str::<Setting>(json).unwrap();
        assert!(read(r#"{"id":"a","type":"URL","title":"A"}"#).required);
        assert!(!read(r#"{"id":"a","type":"URL","title":"A","required":false}"#).required);
    }
}
