//! The file as it is written. Every table refuses fields that it does not know.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::raw_auth::RawAuth;

pub type Text = Spanned<String>;
pub type Map = BTreeMap<String, Text>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    pub schema: Option<Spanned<i64>>,
    pub slug: Text,
    pub name: Text,
    pub category: Text,
    pub color: Option<Text>,
    pub website: Option<Text>,
    pub docs_url: Option<Text>,
    pub package_url: Option<Text>,
    pub api_base_url: Text,
    #[serde(default)]
    pub headers: Map,
    #[serde(default)]
    pub inputs: Vec<RawField>,
    #[serde(default)]
    pub sources: Vec<RawSource>,
    #[serde(default)]
    pub scope_labels: Map,
    #[serde(default)]
    pub auth: Vec<Spanned<RawAuth>>,
    pub verification: Option<Spanned<RawVerification>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawField {
    pub name: Text,
    pub label: Text,
    #[serde(default)]
    pub secret: bool,
    #[serde(default)]
    pub multiline: bool,
    #[serde(default)]
    pub optional: bool,
    pub help: Option<Text>,
    pub placeholder: Option<Text>,
    pub pattern: Option<Text>,
    pub ask: Option<Spanned<RawAsk>>,
    pub options: Option<Spanned<Vec<RawOption>>>,
    pub source: Option<Text>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawAsk {
    Before,
    After,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOption {
    pub value: Text,
    pub label: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    pub id: Text,
    pub title: Text,
    pub path: Option<Text>,
    pub url: Option<Text>,
    pub items: Option<Text>,
    pub value: Text,
    pub label: Text,
    pub search: Option<Text>,
    pub parameter: Option<Text>,
    pub cursor: Option<Text>,
    pub next: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawVerification {
    pub method: Option<Text>,
    pub path: Option<Text>,
    pub url: Option<Text>,
    pub account_name: Option<Text>,
    pub account_id: Option<Text>,
}
