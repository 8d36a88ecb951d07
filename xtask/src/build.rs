//! `build`: the pages for the browser first, then the server that carries them inside.

mod compress;
mod sdk;
mod split;
mod style;
mod wasm;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;

use crate::{paths, process, tools};

/// How much time the server's build may take for the sake of its speed.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// For trying things out and for tests: quick to build.
    #[default]
    Release,
    /// What is shipped: smaller and faster, slow to link.
    Dist,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dist => "dist",
        }
    }
}

/// Builds everything and returns the path of the server's binary.
///
/// # Errors
/// When a tool is missing, something does not compile, or a file cannot be written.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let mut library = server("build", profile);
    library.arg("--lib");
    beside_site("server's library", library)?;
    process::step("server", || process::run(&mut binary(profile)?))?;
    Ok(paths::target().join(profile.name()).join("patchbay"))
}

/// Builds what browsers download, and runs a build that needs none of it at the same time: linking a
/// bundle keeps one core busy, and for minutes.
///
/// # Errors
/// As [`build`].
pub fn beside_site(name: &str, mut other: Command) -> Result<()> {
    // Two moving bars would write over each other.
    other.env("CARGO_TERM_PROGRESS_WHEN", "never");
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            // The bundles wait for each other, step by step: what holds them up holds all of it up.
            process::step(name, || process::run(&mut process::patient(&other)))
        });
        let site = site();
        // What went wrong first is told first, and a build under way is not left behind.
        let other = other.join();
        site?;
        other.map_err(|_| anyhow!("building the {name} has panicked"))?
    })
}

/// The binary, with the bundles inside.
fn binary(profile: Profile) -> Result<Command> {
    let mut files = Vec::new();
    for entry in fs::read_dir(paths::site_pkg())? {
        files.push(entry?.file_name().to_string_lossy().into_owned());
    }
    files.sort();
    let mut cargo = server("rustc", profile);
    cargo
        .args(["--bin", "patchbay", "--", "--cfg", "embed_site"])
        .env("PATCHBAY_SITE_DIR", paths::site_pkg())
        .env("PATCHBAY_SITE_FILES", files.join(" "));
    Ok(cargo)
}

/// Cargo for the server, in one profile.
fn server(verb: &str, profile: Profile) -> Command {
    process::cargo([verb, "--package", "server", "--profile", profile.name()])
}

/// Builds what browsers download into [`paths::site_pkg`].
///
/// # Errors
/// As [`build`].
fn site() -> Result<()> {
    tools::wasm_target()?;
    tools::npm_packages(paths::root())?;
    for folder in [paths::site_pkg(), paths::site_stage()] {
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    style::bundle()?;
    sdk::bundle()?;
    wasm::bundles()?;
    compress::brotli()
}
