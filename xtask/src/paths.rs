//! Where things are: the tree, the target folder and what the commands make in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Cargo's target folder, absolute.
pub fn target() -> PathBuf {
    root().join(variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// What the server embeds: scripts, wasm and styles, each with its brotli form beside it.
pub fn site_pkg() -> PathBuf {
    target().join("site").join("pkg")
}

/// Intermediate files and stamps of the browser build.
pub fn site_stage() -> PathBuf {
    target().join("site-stage")
}

/// An environment variable, when it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of these commands that reads the environment"
)]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
