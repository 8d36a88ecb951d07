//! The two programs that run in the browser: the portal and the dashboard.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use super::split::{self, Later};
use crate::stamp::{Stamp, copy_if_changed};
use crate::{paths, process, tools};

/// Each is the `frontend` crate with one feature, so that neither carries the other's pages.
const BUNDLES: [&str; 2] = ["portal", "dashboard"];

/// Those with files that load later. What can be divided exports what it divides by, needed or not,
/// and the other bundle would carry it.
const DIVIDED: [&str; 1] = ["portal"];

/// What rustc 1.95 turns on for `wasm32-unknown-unknown` (`rustc --print cfg --target …`).
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Changing what is done to a bundle must change this, so that it is done again.
const RECIPE: &str =
    "wasm-split 0.2.4; wasm-bindgen 0.2.130 web; wasm-opt -Oz; esbuild bundle minify; 2";

/// Compiles each bundle, and makes the one small while the next compiles.
///
/// # Errors
/// When something does not compile or a tool fails.
pub fn bundles() -> Result<()> {
    thread::scope(|scope| {
        let mut working = Vec::new();
        for name in BUNDLES {
            let module = compile(name)?;
            working.push(scope.spawn(move || finish(name, &module)));
        }
        for thread in working {
            thread
                .join()
                .map_err(|_| anyhow!("making a bundle small has panicked"))??;
        }
        Ok(())
    })
}

/// Compiles one bundle. Its module is copied away, because both come out under the same name; for
/// the same reason cargo would link each anew every time, so it is not asked when nothing changed.
fn compile(name: &str) -> Result<PathBuf> {
    let module = paths::site_stage().join(format!("{name}.wasm"));
    let sources = paths::site_stage().join(format!("{name}.d"));
    let kept = paths::site_stage().join(format!("{name}.wasm.stamp"));
    if compile_stamp(name, &kept, &sources).is_ok_and(|stamp| stamp.is_current(&[&module])) {
        process::unchanged(&format!("{name} wasm"));
        return Ok(module);
    }
    process::step(&format!("{name} wasm"), || {
        let mut cargo = process::cargo(["rustc", "--package", "frontend", "--target", tools::WASM]);
        cargo.args(["--profile", "wasm-release", "--no-default-features"]);
        if DIVIDED.contains(&name) {
            cargo.args(["--features", &format!("{name},split"), "--", split::LINKER]);
        } else {
            cargo.args(["--features", name]);
        }
        process::run(&mut cargo)
    })?;
    let made = paths::target().join(tools::WASM).join("wasm-release");
    copy_if_changed(&made.join("frontend.wasm"), &module)?;
    copy_if_changed(&made.join("frontend.d"), &sources)?;
    compile_stamp(name, &kept, &sources)?.keep()?;
    Ok(module)
}

/// Everything that a bundle is made of: the compiler, the crates, and the files of the tree that
/// cargo has written down in `sources`.
fn compile_stamp(name: &str, kept: &Path, sources: &Path) -> Result<Stamp> {
    let listed = fs::read_to_string(sources)?;
    let files = dependencies(&listed);
    let manifests = [
        "Cargo.toml",
        "Cargo.lock",
        "app/Cargo.toml",
        "frontend/Cargo.toml",
    ]
    .map(|name| paths::root().join(name));
    let inputs: Vec<&Path> = files
        .iter()
        .chain(&manifests)
        .map(PathBuf::as_path)
        .collect();
    let compiler = process::output(process::command("rustc").arg("-vV"))?;
    let divided = DIVIDED.contains(&name);
    let recipe = format!("{compiler} {}", if divided { split::LINKER } else { "" });
    Stamp::of(kept.to_owned(), &inputs, &recipe)
}

/// The files in a dependency list of cargo: `target: file file …`, a space in a name as `\ `.
fn dependencies(list: &str) -> Vec<PathBuf> {
    let Some((_, files)) = list.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let marked = files.replace("\\ ", "\0");
    marked
        .split(' ')
        .filter(|file| !file.is_empty())
        .map(|file| file.replace('\0', " ").into())
        .collect()
}

fn finish(name: &str, module: &Path) -> Result<()> {
    let script = paths::site_pkg().join(format!("{name}.js"));
    let small = paths::site_pkg().join(format!("{name}_bg.wasm"));
    let stamp = Stamp::of(
        paths::site_stage().join(format!("{name}.stamp")),
        &[module],
        RECIPE,
    )?;
    let raw = paths::site_stage().join(name);
    let served = |file: &Later| paths::site_pkg().join(&file.name);
    let made: Vec<PathBuf> = split::later(name, &raw)
        .iter()
        .flatten()
        .map(served)
        .chain([script.clone(), small.clone()])
        .collect();
    let made: Vec<&Path> = made.iter().map(PathBuf::as_path).collect();
    if stamp.is_current(&made) {
        process::unchanged(&format!("{name} bindings and size"));
        return Ok(());
    }
    for old in made {
        remove(old)?;
        remove(&old.with_added_extension("br"))?;
    }
    if raw.exists() {
        fs::remove_dir_all(&raw).with_context(|| format!("cannot empty {}", raw.display()))?;
    }
    fs::create_dir_all(&raw)?;
    process::step(&format!("{name} bindings"), || {
        if DIVIDED.contains(&name) {
            let first = split::split(name, module, &raw)?;
            bind(name, &first, &raw)
        } else {
            bind(name, module, &raw)
        }
    })?;
    process::step(&format!("{name} size"), || {
        optimise(&raw.join(format!("{name}_bg.wasm")), &small)?;
        for file in split::later(name, &raw)? {
            optimise(&file.path, &served(&file))?;
        }
        minify(&raw.join(format!("{name}.js")), &script)
    })?;
    stamp.keep()
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Writes the first file and the JavaScript that starts it to `folder`.
fn bind(name: &str, module: &Path, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The later files import what the linker exports.
        .keep_lld_exports(DIVIDED.contains(&name))
        .generate(folder)
}

fn optimise(from: &Path, to: &Path) -> Result<()> {
    let mut tool = process::command(tools::npm_program("wasm-opt"));
    tool.args(["-Oz", "--strip-debug", "--strip-producers"])
        .args(FEATURES);
    process::run(tool.arg(from).arg("-o").arg(to))
}

fn minify(from: &Path, to: &Path) -> Result<()> {
    let mut tool = process::command(tools::npm_program("esbuild"));
    tool.arg(from).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=esnext",
        "--log-level=warning",
    ]);
    process::run(tool.arg(format!("--outfile={}", to.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_list_is_read() {
        let list = "/t/frontend.wasm: /src/app/lib.rs /my\\ src/main.rs\n";
        assert_eq!(
            dependencies(list),
            [
                PathBuf::from("/src/app/lib.rs"),
                PathBuf::from("/my src/main.rs")
            ]
        );
        assert!(dependencies("").is_empty());
    }
}
