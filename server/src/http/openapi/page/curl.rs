//! A command to paste. Variables of the shell stand where the caller's own values belong.

use std::fmt::Write;

use serde_json::Value;

use super::{Found, list, operation::first_media, text};

pub fn command(document: &Value, found: &Found<'_>) -> String {
    let server = document["servers"][0]["url"].as_str().unwrap_or_default();
    let mut command = "curl".to_owned();
    if found.method != "get" {
        let _ = write!(command, " -X {}", found.method.to_ascii_uppercase());
    }
    let _ = write!(
        command,
        " \"{server}{}{}\"",
        filled(found.path),
        query(found.operation)
    );
    let security = &found.operation["security"];
    if !security.is_null() {
        let name = match security[0].get("apiKey") {
            Some(_) => "API_KEY",
            None => "USER_TOKEN",
        };
        let _ = write!(command, " \\\n  -H \"Authorization: Bearer ${name}\"");
    }
    if let Some((kind, media)) = first_media(&found.operation["requestBody"]) {
        let example = media.get("example");
        if kind == "application/json" {
            command.push_str(" \\\n  -H \"Content-Type: application/json\"");
        }
        if let Some(example) = example {
            let _ = write!(command, " \\\n  -d '{example}'");
        }
    }
    command
}

fn filled(path: &str) -> String {
    let mut out = String::new();
    for (index, piece) in path.split(['{', '}']).enumerate() {
        if index % 2 == 0 {
            out.push_str(piece);
        } else if piece == "path" {
            out.push_str("v1/contacts");
        } else {
            out.push_str(&variable(piece));
        }
    }
    out
}

fn query(operation: &Value) -> String {
    let needed = list(&operation["parameters"])
        .filter(|row| row["in"] == "query" && row["required"] == true)
        .map(|row| {
            let name = text(row, "name");
            format!("{name}={}", variable(name))
        });
    let pairs: Vec<String> = needed.collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

/// `project_id` and `projectId` alike are `$PROJECT_ID`.
fn variable(name: &str) -> String {
    let mut out = "$".to_owned();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_uppercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_command_holds_what_the_operation_asks_for() {
        let document = json!({ "servers": [{ "url": "https://connect.example.com" }] });
        let operation = json!({
            "security": [{}],
            "parameters": [
                { "name": "integrationId", "in": "query", "required": true },
                { "name": "other", "in": "query", "required": false },
            ],
            "requestBody": { "content": { "application/json": { "example": { "a": 1 } } } },
        });
        let found = Found {
            path: "/projects/{project_id}/x",
            method: "post",
            operation: &operation,
        };
        assert_eq!(
            command(&document, &found),
            "curl -X POST \"https://connect.example.com/projects/$PROJECT_ID/x?integrationId=$INTEGRATION_ID\" \\\n  \
             -H \"Authorization: Bearer $USER_TOKEN\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"a\":1}'"
        );
    }
}
