//! Files of the binary: the browser bundles, the SDK, logos.

use std::{
    borrow::Cow,
    path::{self, PathBuf},
    sync::OnceLock,
};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use serde::Deserialize;

use super::AppState;

/// Where the browser bundles come from.
pub trait Site: Send + Sync {
    fn get(&self, file: &str) -> Option<Cow<'static, [u8]>>;
    fn names(&self) -> Vec<String>;
    /// Whether it stays as it is while the server runs.
    fn is_fixed(&self) -> bool {
        true
    }
}

/// cargo-leptos' folder, while developing.
struct Folder;

impl Folder {
    fn path() -> PathBuf {
        PathBuf::from(crate::config::site_dir()).join("pkg")
    }
}

impl Site for Folder {
    /// cargo-leptos has a name of its own for the program, and leaves the sheets where they are that
    /// `main.css` imports.
    fn get(&self, file: &str) -> Option<Cow<'static, [u8]>> {
        let places = [
            Self::path().join(file),
            Self::path().join(file.replace("_bg.wasm", ".wasm")),
            path::Path::new("style").join(file),
        ];
        let mut found = places.iter().filter_map(|place| std::fs::read(place).ok());
        found.next().map(Cow::Owned)
    }

    fn is_fixed(&self) -> bool {
        false
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(Self::path()).into_iter().flatten();
        entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }
}

static SITE: OnceLock<&'static dyn Site> = OnceLock::new();

/// Says where the bundles are, once, before anything is served. A release holds them in its binary.
pub fn embed(site: &'static dyn Site) {
    // A second one would be of the same build.
    let _ = SITE.set(site);
}

fn site() -> &'static dyn Site {
    *SITE.get_or_init(|| &Folder)
}

/// The SDK as it is written: its types, and what serves while it has not been bundled.
fn sdk_source(file: &str) -> Option<&'static str> {
    Some(match file {
        "patchbay.js" => include_str!("../../../sdk/patchbay.js"),
        "element.js" => include_str!("../../../sdk/element.js"),
        "frame.js" => include_str!("../../../sdk/frame.js"),
        "place.js" => include_str!("../../../sdk/place.js"),
        "session.js" => include_str!("../../../sdk/session.js"),
        "sources.js" => include_str!("../../../sdk/sources.js"),
        "patchbay.d.ts" => include_str!("../../../sdk/patchbay.d.ts"),
        "element.d.ts" => include_str!("../../../sdk/element.d.ts"),
        _ => return None,
    })
}

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const FOR_NOW: &str = "public, max-age=300";

/// A bundle's address carries the build, so that browsers may keep it for good.
pub fn versioned(path: &str) -> String {
    format!("{path}?v={}", *BUILD)
}

/// The scripts and styles for one of the two bundles: `portal` or `dashboard`. cargo-leptos builds
/// one that holds both.
pub fn bundle(name: &str) -> app::shell::Assets {
    let name = if site().get(&format!("{name}.js")).is_some() {
        name
    } else {
        "patchbay"
    };
    // A small sheet of its own is what the portal needs.
    let style = match name {
        "portal" => name,
        _ => "patchbay",
    };
    app::shell::Assets {
        script: versioned(&format!("/pkg/{name}.js")),
        wasm: versioned(&format!("/pkg/{name}_bg.wasm")),
        style: versioned(&format!("/pkg/{style}.css")),
    }
}

/// What tells one build's files from another's.
static BUILD: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
    use sha2::{Digest, Sha256};
    if !site().is_fixed() {
        // Programs for developing are large, and change while they are served.
        return format!("{:012x}", std::process::id());
    }
    let mut digest = Sha256::new();
    let mut files = site().names();
    files.retain(|file| !file.ends_with(".br"));
    files.sort();
    for file in files {
        digest.update(site().get(&file).unwrap_or_default());
    }
    digest.finalize()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

/// The build that an address is of.
#[derive(Deserialize)]
pub struct Of {
    v: Option<String>,
}

/// `GET /pkg/{file}?v={build}`. The files of a program fit each other and no others, and a page may
/// ask for one long after this server has been replaced: of another build there is none.
pub async fn pkg(
    Path(file): Path<String>,
    Query(Of { v }): Query<Of>,
    headers: HeaderMap,
) -> Response {
    let plain = !file.contains(['/', '\\']) && !file.starts_with('.');
    let same = v.is_none_or(|build| build == *BUILD);
    let cache = if site().is_fixed() {
        FOR_GOOD
    } else {
        "no-cache"
    };
    (plain && same)
        .then(|| built(&file, &headers, cache))
        .flatten()
        .unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A file of the site, in brotli where the browser reads it.
fn built(file: &str, headers: &HeaderMap, cache: &'static str) -> Option<Response> {
    let brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|coding| coding.trim().split(';').next() == Some("br"))
        });
    if brotli && let Some(bytes) = site().get(&format!("{file}.br")) {
        let mut response = asset(file, bytes, cache);
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        return Some(response);
    }
    site().get(file).map(|bytes| asset(file, bytes, cache))
}

/// `GET /sdk/{file}`: any page may load it.
pub async fn sdk(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(text) = sdk_source(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = built(&format!("sdk-{file}"), &headers, FOR_NOW)
        .unwrap_or_else(|| asset(&file, Cow::Borrowed(text.as_bytes()), FOR_NOW));
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

/// `GET /static/{file}`
pub async fn static_file(Path(file): Path<String>) -> Response {
    let text = match file.as_str() {
        "window.js" => include_str!("static/window.js"),
        "docs.css" => include_str!("static/docs.css"),
        "docs.js" => include_str!("static/docs.js"),
        "done.js" => include_str!("static/done.js"),
        "embed.css" => include_str!("static/embed.css"),
        "embed.js" => include_str!("static/embed.js"),
        "link.js" => include_str!("static/link.js"),
        "handoff.js" => include_str!("static/handoff.js"),
        "query.js" => include_str!("static/query.js"),
        "pages.css" => include_str!("static/pages.css"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    asset(&file, Cow::Borrowed(text.as_bytes()), "public, max-age=300")
}

/// `GET /logos/{slug}.svg`
pub async fn logo(State(state): State<AppState>, Path(file): Path<String>) -> Response {
    match file
        .strip_suffix(".svg")
        .and_then(|slug| state.services.definitions.logo(slug))
    {
        Some(bytes) => asset(&file, bytes, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /integrations/{type}.svg`, where SDKs of the embed protocol look for an icon: the mark, or the
/// first letter of the name on the brand's colour.
pub async fn icon(State(state): State<AppState>, Path(file): Path<String>) -> Response {
    let definitions = &state.services.definitions;
    let known = file
        .strip_suffix(".svg")
        .and_then(|slug| definitions.get(slug));
    let Some(known) = known else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let bytes = definitions.logo(&known.slug).unwrap_or_else(|| {
        let letter = known.name.chars().find(|letter| letter.is_alphanumeric());
        Cow::Owned(monogram(letter.unwrap_or('?'), known.shown_color()).into_bytes())
    });
    asset(&file, bytes, "public, max-age=86400")
}

/// A letter that needs no escape, on `#rrggbb`.
fn monogram(letter: char, color: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\">\
         <rect width=\"48\" height=\"48\" rx=\"10\" fill=\"{color}\"/>\
         <text x=\"24\" y=\"33\" font-family=\"system-ui,sans-serif\" font-size=\"26\" \
         font-weight=\"600\" text-anchor=\"middle\" fill=\"#fff\">{}</text></svg>",
        letter.to_uppercase()
    )
}

/// `GET /favicon.svg`
pub async fn favicon() -> Response {
    asset(
        "favicon.svg",
        Cow::Borrowed(include_bytes!("static/favicon.svg")),
        "public, max-age=86400",
    )
}

fn asset(file: &str, bytes: Cow<'static, [u8]>, cache: &'static str) -> Response {
    let mime = match file.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("ts") => "text/plain; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    struct OneFile;

    impl Site for OneFile {
        fn get(&self, file: &str) -> Option<Cow<'static, [u8]>> {
            (file == "portal.js").then_some(Cow::Borrowed(b"// a program"))
        }

        fn names(&self) -> Vec<String> {
            vec!["portal.js".to_owned()]
        }
    }

    async fn status(file: &str, build: Option<&str>) -> StatusCode {
        let of = Of {
            v: build.map(str::to_owned),
        };
        pkg(Path(file.to_owned()), Query(of), HeaderMap::new())
            .await
            .status()
    }

    #[tokio::test]
    async fn a_file_of_another_build_is_not_there() {
        embed(&OneFile);
        assert_eq!(status("portal.js", Some(&BUILD)).await, StatusCode::OK);
        assert_eq!(status("portal.js", None).await, StatusCode::OK);
        for (file, build) in [
            ("portal.js", "0123456789ab"),
            ("other.js", BUILD.as_str()),
            ("../portal.js", BUILD.as_str()),
        ] {
            assert_eq!(
                status(file, Some(build)).await,
                StatusCode::NOT_FOUND,
                "{file}"
            );
        }
    }
}
