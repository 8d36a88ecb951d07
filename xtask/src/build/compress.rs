//! A brotli form beside each file, made once here instead of at every request.

use std::fs;

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{paths, process};

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
    for entry in fs::read_dir(paths::site_pkg())? {
        let file = entry?.path();
        if file.extension().is_some_and(|kind| kind == "br") {
            continue;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
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
