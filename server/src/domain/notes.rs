//! What an app notes of its users: names to values.

use super::configuration::Settings;

/// The most that the notes of one user take, as JSON, in bytes.
pub const MAX_NOTES: usize = 16 * 1024;

/// The notes with `change` laid over them. Spaces around names go, `name` and `email` in any case
/// become `Name` and `Email`, and a value of null takes its name away.
pub fn merged(known: &Settings, change: &Settings) -> Settings {
    let mut notes = known.clone();
    for (name, value) in change {
        let name = usual(name.trim());
        if value.is_null() {
            notes.remove(name);
        } else {
            notes.insert(name.to_owned(), value.clone());
        }
    }
    notes
}

fn usual(name: &str) -> &str {
    if name.eq_ignore_ascii_case("name") {
        "Name"
    } else if name.eq_ignore_ascii_case("email") {
        "Email"
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings(value: Value) -> Settings {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_there_stays_and_usual_names_are_put_in_order() {
        let known = settings(json!({ "Name": "Ada", "seats": 3, "old": true }));
        let change = settings(json!({ " EMAIL ": "a@b.c", "name": "Eve", "old": null, " x ": 1 }));
        let merged = Value::Object(merged(&known, &change));
        assert_eq!(
            merged,
            json!({ "Name": "Eve", "Email": "a@b.c", "seats": 3, "x": 1 })
        );
    }
}
