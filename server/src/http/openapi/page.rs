//! `GET /docs/api`: the document for people. It is whole without a script, which only copies.

mod curl;
mod operation;
mod schema;

use std::fmt::Write;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::Value;

use super::document;
use crate::http::{AppState, assets, html::escape};

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// In the order in which people read them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub async fn handler(State(state): State<AppState>) -> Response {
    let page = page(&document(&state.services.url("")));
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}

/// The page of a document.
pub fn page(document: &Value) -> String {
    let parts = parts(document);
    let mut html = String::with_capacity(256 * 1024);
    html.push_str("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.push_str("<meta name=\"color-scheme\" content=\"light dark\">");
    html.push_str("<title>API · Patchbay</title><link rel=\"icon\" href=\"/favicon.svg\">");
    let style = assets::versioned("/pkg/patchbay.css");
    let _ = write!(html, "<link rel=\"stylesheet\" href=\"{style}\">");
    html.push_str("<link rel=\"stylesheet\" href=\"/static/docs.css\">");
    html.push_str("<script type=\"module\" src=\"/static/docs.js\"></script></head>");
    html.push_str(
        "<body class=\"docs\"><a class=\"docs-skip\" href=\"#content\">To the content</a>",
    );
    contents(&mut html, &parts);
    html.push_str("<main id=\"content\">");
    head(&mut html, document);
    for part in &parts {
        let (name, about) = (part.name, part.about);
        let anchor = anchor(name);
        let _ = write!(
            html,
            "<section class=\"docs-part\" aria-labelledby=\"{anchor}\"><h2 id=\"{anchor}\">{}</h2><p>{}</p>",
            escape(name),
            prose(about)
        );
        for found in &part.operations {
            operation::show(&mut html, document, found);
        }
        html.push_str("</section>");
    }
    schema::show_all(&mut html, document);
    html.push_str("</main></body></html>");
    html
}

/// A tag with its operations, in the document's order.
struct Part<'d> {
    name: &'d str,
    about: &'d str,
    operations: Vec<Found<'d>>,
}

pub struct Found<'d> {
    pub path: &'d str,
    pub method: &'d str,
    pub operation: &'d Value,
}

impl Found<'_> {
    pub fn id(&self) -> &str {
        text(self.operation, "operationId")
    }
}

fn parts(document: &Value) -> Vec<Part<'_>> {
    let all: Vec<Found<'_>> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |&method| {
                let operation = item.get(method)?;
                Some(Found {
                    path,
                    method,
                    operation,
                })
            })
        })
        .collect();
    let mut parts: Vec<Part<'_>> = list(&document["tags"])
        .map(|tag| Part {
            name: text(tag, "name"),
            about: text(tag, "description"),
            operations: Vec::new(),
        })
        .collect();
    for found in all {
        let tag = found.operation["tags"][0].as_str();
        if let Some(part) = parts.iter_mut().find(|part| Some(part.name) == tag) {
            part.operations.push(found);
        }
    }
    parts
}

fn contents(html: &mut String, parts: &[Part<'_>]) {
    html.push_str("<nav class=\"docs-contents\" aria-label=\"Contents\"><details open><summary>Contents</summary>");
    for part in parts {
        let _ = write!(
            html,
            "<p><a href=\"#{}\">{}</a></p><ul>",
            anchor(part.name),
            escape(part.name)
        );
        for found in &part.operations {
            let _ = write!(
                html,
                "<li><a href=\"#{}\">{}{}</a></li>",
                found.id(),
                badge(found.method),
                escape(text(found.operation, "summary"))
            );
        }
        html.push_str("</ul>");
    }
    html.push_str("<p><a href=\"#schemas\">Schemas</a></p></details></nav>");
}

fn head(html: &mut String, document: &Value) {
    let info = &document["info"];
    let server = document["servers"][0]["url"].as_str().unwrap_or_default();
    let schemes = &document["components"]["securitySchemes"];
    let said = |scheme: &str| prose(text(&schemes[scheme], "description"));
    let _ = write!(
        html,
        "<header class=\"docs-head\"><h1>{} API</h1><p>{}</p>\
         <dl><dt>Server</dt><dd><code>{}</code></dd><dt>User token</dt><dd>{}</dd>\
         <dt>API key</dt><dd>{}</dd>\
         <dt>Document</dt><dd><a href=\"/openapi.json\">openapi.json</a>, OpenAPI {}</dd></dl></header>",
        escape(text(info, "title")),
        prose(text(info, "description")),
        escape(server),
        said("userToken"),
        said("apiKey"),
        escape(text(document, "openapi")),
    );
}

pub fn badge(method: &str) -> String {
    let shown = method.to_ascii_uppercase();
    format!("<span class=\"docs-method\" data-method=\"{method}\">{shown}</span>")
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Text with code between backticks.
pub fn prose(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in text.split('`').enumerate() {
        let piece = escape(piece);
        if index % 2 == 1 {
            let _ = write!(out, "<code>{piece}</code>");
        } else {
            out.push_str(&piece);
        }
    }
    out
}

/// Code with a button that a script brings to life.
pub fn snippet(html: &mut String, title: &str, code: &str) {
    let (title, code) = (escape(title), escape(code));
    let _ = write!(
        html,
        "<div class=\"snippet\"><header><span>{title}</span>\
         <button class=\"button\" type=\"button\" data-kind=\"quiet\" data-size=\"small\" data-copy hidden>\
         <span class=\"button-label\">Copy</span></button></header>\
         <pre tabindex=\"0\"><code>{code}</code></pre></div>"
    );
}
