//! One operation on the page.

use std::fmt::Write;

use serde_json::Value;

use super::{Found, badge, curl, list, prose, schema, snippet, text};
use crate::http::html::escape;

pub fn show(html: &mut String, document: &Value, found: &Found<'_>) {
    let (id, operation) = (found.id(), found.operation);
    let _ = write!(
        html,
        "<article class=\"docs-operation\" aria-labelledby=\"{id}\">\
         <h3 id=\"{id}\"><a href=\"#{id}\">{}</a></h3><p class=\"docs-route\">{}<code>{}</code></p>",
        escape(text(operation, "summary")),
        badge(found.method),
        breakable(found.path),
    );
    let about = text(operation, "description");
    if !about.is_empty() {
        let _ = write!(html, "<p>{}</p>", prose(about));
    }
    if operation["security"].is_null() {
        html.push_str("<p class=\"docs-note\">No token is asked for.</p>");
    } else if operation["security"][0].get("apiKey").is_some() {
        html.push_str("<p class=\"docs-note\">An API key is asked for.</p>");
    }
    parameters(html, operation);
    body(html, operation);
    answers(html, document, operation);
    snippet(html, "curl", &curl::command(document, found));
    html.push_str("</article>");
}

/// A path that a narrow page breaks between its parts.
fn breakable(path: &str) -> String {
    escape(path).replace('/', "<wbr>/")
}

fn parameters(html: &mut String, operation: &Value) {
    let mut rows = list(&operation["parameters"]).peekable();
    if rows.peek().is_none() {
        return;
    }
    html.push_str("<h4>Parameters</h4><dl class=\"docs-fields\">");
    for row in rows {
        let required = row["required"] == true;
        let _ = write!(
            html,
            "<dt><code>{}</code> <span>{}{}</span></dt><dd>{}</dd>",
            escape(text(row, "name")),
            escape(text(row, "in")),
            if required { ", required" } else { "" },
            prose(text(row, "description")),
        );
    }
    html.push_str("</dl>");
}

fn body(html: &mut String, operation: &Value) {
    let Some((_, media)) = first_media(&operation["requestBody"]) else {
        return;
    };
    let kind = schema::kind(&media["schema"]);
    let _ = write!(html, "<h4>Body</h4><p>{kind}</p>");
}

fn answers(html: &mut String, document: &Value, operation: &Value) {
    html.push_str("<h4>Answers</h4><dl class=\"docs-fields\">");
    let all = operation["responses"].as_object().into_iter().flatten();
    let mut example = None;
    for (status, answer) in all {
        if status == "default" {
            continue;
        }
        let media = first_media(answer);
        let shape = media.map(|(kind, media)| match kind {
            "application/json" => schema::kind(&media["schema"]),
            other => format!("<code>{}</code>", escape(other)),
        });
        let _ = write!(
            html,
            "<dt><code>{status}</code> <span>{}</span></dt><dd>{}</dd>",
            shape.unwrap_or_default(),
            prose(text(answer, "description")),
        );
        let shown = media.and_then(|(_, media)| media.get("example"));
        if status.starts_with('2') {
            example = example.or(shown);
        }
    }
    let failure = &document["components"]["responses"]["Failure"];
    let _ = write!(
        html,
        "<dt><code>5xx</code> <span>{}</span></dt><dd>{}</dd></dl>",
        schema::kind(&failure["content"]["application/json"]["schema"]),
        prose(text(failure, "description")),
    );
    if let Some(example) = example {
        let code = serde_json::to_string_pretty(example).unwrap_or_default();
        html.push_str("<details class=\"docs-example\"><summary>Example answer</summary>");
        snippet(html, "JSON", &code);
        html.push_str("</details>");
    }
}

/// The media type and what stands under it.
pub fn first_media(value: &Value) -> Option<(&str, &Value)> {
    let (kind, media) = value["content"].as_object()?.iter().next()?;
    Some((kind, media))
}
