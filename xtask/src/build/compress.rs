//! A brotli form beside each file, made once here instead of at every request.

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{paths, process};

/// The files that a browser may ask for.
pub const FILES: [&str; 7] = [
    "portal.js",
    "portal_bg.wasm",
    "dashboard.js",
    "dashboard_bg.wasm",
    "patchbay.css",
    "sdk-patchbay.js",
    "sdk-element.js",
];

/// Node carries brotli; a crate for it would have to be compiled first.
const SCRIPT: &str = "
const { readFileSync, writeFileSync } = require('node:fs');
const { brotliCompressSync, constants } = require('node:zlib');
for (const path of process.argv.slice(1)) {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(path + '.br', brotliCompressSync(bytes, { params }));
}
";

/// Compresses every file that has changed.
///
/// # Errors
/// When a file is missing or cannot be written.
pub fn brotli() -> Result<()> {
    let mut changed = Vec::new();
    for name in FILES {
        let file = paths::site_pkg().join(name);
        let stamp = Stamp::of(
            paths::site_stage().join(format!("{name}.br.stamp")),
            &[&file],
            SCRIPT,
        )?;
        if !stamp.is_current(&[&paths::site_pkg().join(format!("{name}.br"))]) {
            changed.push((file, stamp));
        }
    }
    if changed.is_empty() {
        process::unchanged("brotli");
        return Ok(());
    }
    process::step("brotli", || {
        let files = changed.iter().map(|(file, _)| file);
        process::run(process::command("node").arg("-e").arg(SCRIPT).args(files))
    })?;
    changed.iter().try_for_each(|(_, stamp)| stamp.keep())
}
