//! The SDK: each of its two modules in one file, as small as it can be.

use anyhow::Result;

use crate::stamp::Stamp;
use crate::{paths, process, tools};

/// What host pages import. The second imports the first, so that both are one SDK at work.
const MODULES: [&str; 2] = ["patchbay.js", "element.js"];

const OPTIONS: [&str; 6] = [
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--external:./patchbay.js",
    "--log-level=warning",
];

/// Bundles sdk/ into `sdk-patchbay.js` and `sdk-element.js`.
///
/// # Errors
/// When a file is missing or is not JavaScript.
pub fn bundle() -> Result<()> {
    let folder = paths::root().join("sdk");
    let output = |module: &str| paths::site_pkg().join(format!("sdk-{module}"));
    let stamp = Stamp::of(
        paths::site_stage().join("sdk.stamp"),
        &[&folder],
        &OPTIONS.join(" "),
    )?;
    let outputs = MODULES.map(output);
    if stamp.is_current(&outputs.each_ref().map(|path| path.as_path())) {
        process::unchanged("SDK");
        return Ok(());
    }
    process::step("SDK", || {
        MODULES.iter().try_for_each(|module| {
            let mut tool = process::command(tools::npm_program("esbuild"));
            tool.arg(folder.join(module)).args(OPTIONS);
            process::run(tool.arg(format!("--outfile={}", output(module).display())))
        })
    })?;
    stamp.keep()
}
