//! The few pages that are no Leptos pages: the window of a flow, its end, the sandbox's consent.

use std::fmt::Write;

use app::pages::portal::{
    language::Language,
    phrase::{Part, Phrase},
};
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

/// A sentence as HTML: each name in it keeps its own direction.
pub fn words(phrase: &Phrase) -> String {
    drawn(phrase, |name| format!("<bdi>{}</bdi>", escape(name)))
}

/// A sentence whose names the page's script fills in: in place of each stands where it belongs.
pub fn places(phrase: &Phrase) -> String {
    drawn(phrase, |name| {
        format!("<bdi data-is=\"{}\"></bdi>", escape(name))
    })
}

fn drawn(phrase: &Phrase, given: impl Fn(&str) -> String) -> String {
    let parts = phrase.0.iter().map(|part| match part {
        Part::Own(text) => escape(text),
        Part::Given(name) => given(name),
    });
    parts.collect()
}

/// A small page: a card with a heading. `body` is HTML; `script` a file under `/static/`.
pub struct Page<'a> {
    pub status: StatusCode,
    pub language: Language,
    pub title: &'a str,
    pub body: &'a str,
    pub script: Option<&'static str>,
}

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let mut html = String::with_capacity(1024 + self.body.len());
        let _ = write!(
            html,
            "<!doctype html><html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <title>{}</title><link rel=\"icon\" href=\"/favicon.svg\">\
             <link rel=\"stylesheet\" href=\"/static/pages.css\">",
            self.language.tag(),
            self.language.direction(),
            escape(self.title),
        );
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
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
        (self.status, headers, Html(html)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_sentence() {
        let said = Language::English
            .small()
            .connected_title("<script>\"&'</script>");
        assert_eq!(
            words(&said),
            "<bdi>&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</bdi> is connected"
        );
        let said = Language::Arabic.small().confirm_title("provider");
        assert!(places(&said).contains("<bdi data-is=\"provider\"></bdi>"));
    }
}
