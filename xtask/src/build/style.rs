//! The style sheets: each one file out of all those that it imports.

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{paths, process, tools};

/// What is bundled, and what it is served as.
const SHEETS: [(&str, &str); 2] = [("main.css", "patchbay.css"), ("visit.css", "portal.css")];

/// Modern CSS stays as it was written: evergreen browsers are the ones that Patchbay is made for.
const OPTIONS: [&str; 5] = [
    "--bundle",
    "--minify",
    "--target=esnext",
    "--external:/logos/*",
    "--log-level=warning",
];

/// Bundles style/ into `patchbay.css`, for every page, and `portal.css`, for the portal alone.
///
/// # Errors
/// When an import is missing or a file is not CSS.
pub fn bundle() -> Result<()> {
    let folder = paths::root().join("style");
    let bundles = SHEETS.map(|(_, bundle)| paths::site_pkg().join(bundle));
    let stamp = Stamp::of(
        paths::site_stage().join("style.stamp"),
        &[&folder],
        &OPTIONS.join(" "),
    )?;
    if stamp.is_current(&bundles.each_ref().map(|path| path.as_path())) {
        process::unchanged("style");
        return Ok(());
    }
    process::step("style", || {
        SHEETS
            .iter()
            .zip(&bundles)
            .try_for_each(|((sheet, _), bundle)| {
                let mut tool = process::command(tools::npm_program("esbuild"));
                tool.arg(folder.join(sheet)).args(OPTIONS);
                process::run(tool.arg(format!("--outfile={}", bundle.display())))
            })
    })?;
    stamp.keep()
}
