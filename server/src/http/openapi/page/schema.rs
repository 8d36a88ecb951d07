//! Schemas on the page.

use std::fmt::Write;

use serde_json::Value;

use super::{list, prose, text};
use crate::http::html::escape;

pub fn show_all(html: &mut String, document: &Value) {
    html.push_str(
        "<section class=\"docs-part\" aria-labelledby=\"schemas\"><h2 id=\"schemas\">Schemas</h2>",
    );
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let _ = write!(
            html,
            "<article class=\"docs-schema\"><h3 id=\"schema-{name}\"><a href=\"#schema-{name}\">{name}</a></h3><p>{}</p>",
            prose(text(schema, "description"))
        );
        if schema.get("properties").is_none() && schema.get("enum").is_some() {
            let _ = write!(html, "<p>{}</p>", kind(schema));
        }
        for part in list(&schema["allOf"]) {
            match part.get("$ref") {
                Some(_) => drop(write!(html, "<p>Everything of {}, and:</p>", kind(part))),
                None => properties(html, part),
            }
        }
        properties(html, schema);
        html.push_str("</article>");
    }
    html.push_str("</section>");
}

fn properties(html: &mut String, schema: &Value) {
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    html.push_str("<dl class=\"docs-fields\">");
    for (name, property) in properties {
        let required = list(&schema["required"]).any(|required| required == name.as_str());
        let _ = write!(
            html,
            "<dt><code>{}</code> <span>{}{}</span></dt><dd>{}",
            escape(name),
            kind(property),
            if required { "" } else { ", optional" },
            prose(text(property, "description")),
        );
        properties_inside(html, property);
        html.push_str("</dd>");
    }
    html.push_str("</dl>");
}

fn properties_inside(html: &mut String, property: &Value) {
    if property.get("properties").is_some() {
        properties(html, property);
    }
}

/// A schema in a few words, with links to those that have a name.
pub fn kind(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        let name = escape(target.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    let mut choices = list(&schema["oneOf"]).peekable();
    if choices.peek().is_some() {
        return choices.map(kind).collect::<Vec<_>>().join(" or ");
    }
    let mut values = list(&schema["enum"]).peekable();
    if values.peek().is_some() {
        let code = |value: &Value| format!("<code>{}</code>", escape(&value.to_string()));
        return values.map(code).collect::<Vec<_>>().join(", ");
    }
    if let Some(value) = schema.get("const") {
        return format!("<code>{}</code>", escape(&value.to_string()));
    }
    match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
        Value::String(kind) if kind == "array" => match schema.get("items") {
            Some(items) if items.get("$ref").is_some() || items.get("type").is_some() => {
                format!("list of {}", self::kind(items))
            }
            _ => "list".to_owned(),
        },
        Value::String(kind) => match schema["format"].as_str() {
            Some(format) => format!("{} ({})", escape(kind), escape(format)),
            None => escape(kind),
        },
        _ => "anything".to_owned(),
    }
}
