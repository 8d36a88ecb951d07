//! The HTML documents that the server sends, around what hydrates.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::pages::dashboard::DashboardApp;

/// Addresses of the files of one bundle. The server provides it by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The JavaScript module that wasm-bindgen wrote.
    pub script: String,
    pub wasm: String,
    pub style: String,
}

/// Encoding, viewport, colours and the sheet.
#[component]
pub fn Basics() -> impl IntoView {
    let assets = expect_context::<Assets>();
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <link rel="icon" href="/favicon.svg" />
        <link rel="stylesheet" href=assets.style />
    }
}

/// Fetches the bundle beside the page and wakes the page when both are there. `start` is what then
/// runs, in JavaScript; the bundle is `app`.
#[component]
pub fn Wake(start: &'static str) -> impl IntoView {
    let nonce = use_nonce();
    let Assets { script, wasm, .. } = expect_context::<Assets>();
    let code = boot_script(start, &script, &wasm);
    view! {
        <link rel="modulepreload" href=script nonce=nonce.clone() />
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=nonce inner_html=code></script>
    }
}

fn boot_script(start: &str, script: &str, wasm: &str) -> String {
    let script = js_string(script);
    let wasm = js_string(wasm);
    format!(
        "import init, * as app from {script};\
         init({{ module_or_path: {wasm} }}).then(() => {start});"
    )
}

/// A JavaScript string literal that cannot end the script element around it.
fn js_string(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('<', "\\u003c")
}

/// The dashboard: every one of its pages is this document.
#[component]
pub fn DashboardDocument() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Basics />
                <Wake start="app.hydrate_dashboard()" />
                <meta name="robots" content="noindex" />
                <MetaTags />
            </head>
            <body>
                <DashboardApp />
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::boot_script;

    #[test]
    fn an_address_cannot_leave_the_script() {
        let script = boot_script(
            "app.hydrate_portal()",
            "/pkg/a\"b.js",
            "/pkg/</script>.wasm",
        );
        assert!(script.contains(r#"from "/pkg/a\"b.js";"#), "{script}");
        assert!(!script.contains("</script>"), "{script}");
        assert!(
            script.ends_with(".then(() => app.hydrate_portal());"),
            "{script}"
        );
    }
}
