//! Divides a program: the file that a page starts with, and those that it loads later.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_split_cli_support::{Options, transform};

/// Imported by the first file; what loads the others.
const LINK: &str = "__wasm_split.js";

/// The first file, not yet bound to JavaScript.
const FIRST: &str = "first.wasm";

/// What the linker has to keep, so that functions can be moved.
pub const LINKER: &str = "-Clink-arg=--emit-relocs";

/// A later file: where it is, and the name it is served by.
pub struct Later {
    pub path: PathBuf,
    pub name: String,
}

/// Divides the module of the bundle `name` into files in `folder`. Returns the first.
///
/// # Errors
/// When the module was linked without [`LINKER`], or a file cannot be written.
pub fn split(name: &str, module: &Path, folder: &Path) -> Result<PathBuf> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let first = folder.join(FIRST);
    let (script, link) = (format!("./{name}.js"), format!("./{LINK}"));
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = &script;
    options.link_name = &link;
    transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let link = folder.join(LINK);
    let code = fs::read_to_string(&link)?;
    fs::write(&link, addressed(&code, &later(name, folder)?)?)?;
    Ok(first)
}

/// The later files that [`split`] has made, in a fixed order.
///
/// # Errors
/// When the folder cannot be read.
pub fn later(name: &str, folder: &Path) -> Result<Vec<Later>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let is_wasm = path.extension().is_some_and(|kind| kind == "wasm");
        let Some(stem) = stem.filter(|_| is_wasm) else {
            continue;
        };
        let part = match stem.split_once('_') {
            Some(("split", part)) => part.to_owned(),
            Some(("chunk", number)) => format!("shared-{number}"),
            _ => continue,
        };
        let name = format!("{name}-{part}.wasm");
        files.push(Later { path, name });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Calls each file by the name it is served by, and by the build that the script is of: they fit
/// no other.
fn addressed(code: &str, files: &[Later]) -> Result<String> {
    let mut code = code.to_owned();
    for Later { path, name } in files {
        let made = path.file_name().unwrap_or_default().to_string_lossy();
        let old = format!("new URL(\"./{made}\", import.meta.url)");
        let new =
            format!("new URL(\"./{name}\" + new URL(import.meta.url).search, import.meta.url)");
        if code.matches(&old).count() != 1 {
            bail!("{made} is not fetched as this command expects: see {LINK}");
        }
        code = code.replace(&old, &new);
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_file_is_fetched_from_the_build_of_its_script() {
        let file = Later {
            path: "/stage/split_settings.wasm".into(),
            name: "portal-settings.wasm".to_owned(),
        };
        let code = "fetch(new URL(\"./split_settings.wasm\", import.meta.url))";
        assert_eq!(
            addressed(code, &[file]).unwrap(),
            "fetch(new URL(\"./portal-settings.wasm\" + new URL(import.meta.url).search, import.meta.url))"
        );
        let file = Later {
            path: "/stage/split_other.wasm".into(),
            name: "portal-other.wasm".to_owned(),
        };
        assert!(addressed(code, &[file]).is_err());
    }
}
