//! The style sheet: one file out of all those that style/main.css imports.

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{paths, process, tools};

/// Modern CSS stays as it was written: evergreen browsers are the ones that Patchbay is made for.
const OPTIONS: [&str; 5] = [
    "--bundle",
    "--minify",
    "--target=esnext",
    "--external:/logos/*",
    "--log-level=warning",
];

/// Bundles style/ into `patchbay.css`.
///
/// # Errors
/// When an import is missing or a file is not CSS.
pub fn bundle() -> Result<()> {
    let folder = paths::root().join("style");
    let bundle = paths::site_pkg().join("patchbay.css");
    let stamp = Stamp::of(
        paths::site_stage().join("style.stamp"),
        &[&folder],
        &OPTIONS.join(" "),
    )?;
    if stamp.is_current(&[&bundle]) {
        process::unchanged("style");
        return Ok(());
    }
    process::step("style", || {
        let mut tool = process::command(tools::npm_program("esbuild"));
        tool.arg(folder.join("main.css")).args(OPTIONS);
        process::run(tool.arg(format!("--outfile={}", bundle.display())))
    })?;
    stamp.keep()
}
