//! How values stand in columns: times as microseconds, lists and maps as JSON, names as the wire has them.

use std::collections::BTreeMap;

use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as NameError},
};

use crate::domain::Timestamp;

/// Microseconds since 1970 (UTC).
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(super) fn optional_micros(time: Option<Timestamp>) -> Option<i64> {
    time.map(micros)
}

pub(super) fn timestamp(micros: i64) -> Result<Timestamp, String> {
    Timestamp::from_microsecond(micros).map_err(|error| error.to_string())
}

pub(super) fn map_to_json(map: &BTreeMap<String, String>) -> String {
    serde_json::to_string(map).expect("a map of strings is JSON")
}

pub(super) fn list_to_json(list: Option<&[String]>) -> Option<String> {
    list.map(|list| serde_json::to_string(list).expect("a list of strings is JSON"))
}

/// For values that are JSON by their type.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("the value is JSON")
}

pub(super) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    // The parser's own message may quote the text.
    serde_json::from_str(json).map_err(|_| "the text is not the JSON it should be".to_owned())
}

/// A variant from its name on the wire.
pub(super) fn from_name<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    T::deserialize(name.into_deserializer()).map_err(|error: NameError| error.to_string())
}

/// A count as the database gives it. One that does not fit counts as the largest.
pub(super) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

/// The place of a page in a list, page 1 first.
pub(super) fn offset(page: u32, page_size: u32) -> i64 {
    i64::from(page.saturating_sub(1)) * i64::from(page_size)
}
