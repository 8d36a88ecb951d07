//! What the commands need of the machine, fetched only when it is missing.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::{paths, process};

/// The compiler's target for browsers.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that the compiler can build for browsers.
///
/// # Errors
/// When rustup is missing or cannot add the target.
pub fn wasm_target() -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM)
        .is_dir()
    {
        return Ok(());
    }
    process::step("add the compiler's target for browsers", || {
        process::run(process::command("rustup").args(["target", "add", WASM]))
    })
}

/// Makes sure that a folder's npm packages are those of its lock file.
///
/// # Errors
/// When npm is missing or cannot install them.
pub fn npm_packages(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let installed = folder.join("node_modules/.package-lock.json");
    if is_newer(&installed, &lock) {
        return Ok(());
    }
    process::step(&format!("npm packages of {}", folder.display()), || {
        let mut npm = process::command("npm");
        npm.current_dir(folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]);
        process::run(&mut npm).context("Node 20 with npm is needed")
    })
}

/// A program of a Debian package, installed first when it is missing and this is root.
///
/// # Errors
/// When it is missing and cannot be installed; the sentence says what to install.
pub fn debian_program(find: impl Fn() -> Option<PathBuf>, package: &str) -> Result<PathBuf> {
    if let Some(path) = find() {
        return Ok(path);
    }
    if !is_root() {
        bail!("{package} is missing: install the package `{package}` and run this again");
    }
    process::step(&format!("install {package}"), || {
        apt_get(&["update"])?;
        apt_get(&["install", "-y", "--no-install-recommends", package])
    })?;
    find().with_context(|| format!("{package} is installed, but its program was not found"))
}

/// nginx, which Debian puts where only root looks.
///
/// # Errors
/// As [`debian_program`].
pub fn nginx() -> Result<PathBuf> {
    let find = || first_file(["/usr/sbin/nginx"]).or_else(|| on_path("nginx"));
    debian_program(find, "nginx-light")
}

/// The first of these paths that is a file.
pub fn first_file<P: AsRef<Path>>(candidates: impl IntoIterator<Item = P>) -> Option<PathBuf> {
    candidates
        .into_iter()
        .map(|path| path.as_ref().to_owned())
        .find(|path| path.is_file())
}

/// A program on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = paths::variable("PATH")?;
    first_file(std::env::split_paths(&path).map(|folder| folder.join(program)))
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    process::output(process::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// A tool that npm has installed at the root of the workspace.
pub fn npm_program(name: &str) -> PathBuf {
    paths::root().join("node_modules/.bin").join(name)
}

fn apt_get(args: &[&str]) -> Result<()> {
    let mut apt = process::command("apt-get");
    apt.args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null());
    process::run(&mut apt)
}

fn is_newer(path: &Path, than: &Path) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    matches!((modified(path), modified(than)), (Some(a), Some(b)) if a >= b)
}
