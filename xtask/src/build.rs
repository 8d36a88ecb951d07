//! `build`: the pages for the browser first, then the server that carries them inside.

mod compress;
mod sdk;
mod split;
mod style;
mod wasm;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{paths, process, tools};

/// How much time the server's build may take for the sake of its speed.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Optimised, quick to link.
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
    site()?;
    process::step("server", || {
        process::run(&mut server(&[
            "build",
            "--package",
            "server",
            "--bin",
            "patchbay",
            "--profile",
            profile.name(),
        ]))
    })?;
    Ok(paths::target().join(profile.name()).join("patchbay"))
}

/// Builds what browsers download into [`paths::site_pkg`].
///
/// # Errors
/// As [`build`].
pub fn site() -> Result<()> {
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

/// Cargo with the server's pages inside: the same settings for building and for testing, so that
/// one does not compile anew what the other has made.
pub fn server(args: &[&str]) -> Command {
    let mut cargo = process::cargo(args.iter().copied());
    cargo
        .args(["--features", "server/embed-site"])
        .env("PATCHBAY_SITE_DIR", paths::site_pkg());
    cargo
}
