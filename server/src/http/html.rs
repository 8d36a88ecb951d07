//! The few pages that are no Leptos pages: the window of a flow, its end, the sandbox's consent.

use std::fmt::Write;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// Text inside an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A small page: a card with a heading. `body` is HTML; `script` a file under `/static/`.
pub struct Page<'a> {
    pub status: StatusCode,
    pub title: &'a str,
    pub body: &'a str,
    pub script: Option<&'static str>,
    /// Where its forms may post, besides Patchbay itself.
    pub form_action: &'a str,
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let mut html = String::with_capacity(1024 + self.body.len());
        let title = escape(self.title);
        html.push_str("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.push_str("<meta name=\"color-scheme\" content=\"light dark\">");
        let _ = write!(
            html,
            "<title>{title}</title><link rel=\"icon\" href=\"/favicon.svg\">"
        );
        html.push_str("<link rel=\"stylesheet\" href=\"/static/pages.css\">");
        if let Some(script) = self.script {
            let _ = write!(
                html,
                "<script type=\"module\" src=\"/static/{script}\"></script>"
            );
        }
        let _ = write!(
            html,
            "</head><body><main>{}</main></body></html>",
            self.body
        );

        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
             form-action 'self'{}; base-uri 'none'; frame-ancestors 'none'",
            self.form_action
        );
        let mut headers = HeaderMap::new();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        (self.status, headers, Html(html)).into_response()
    }
}
