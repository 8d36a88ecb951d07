//! `chaos`: processes killed and paused, a database that stops, a full disk, a clock that is wrong,
//! providers that misbehave. The rounds are in `end2end/chaos/faults/`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::build::{self, Profile};
use crate::postgres::Postgres;
use crate::{paths, process, tools};

/// Which rounds, how many kills, and where to write the counts.
#[derive(Args)]
pub struct Options {
    /// How often a process is killed at a random moment, over both engines.
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// Only rounds whose name matches this expression.
    #[arg(long, value_name = "EXPRESSION")]
    only: Option<String>,
    /// Also write the counts to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Put this binary under faults instead of building one.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// Runs the rounds and prints what they came to. Fails when an account was lost, a token was used
/// twice, or a credential went where it does not belong.
///
/// # Errors
/// When something cannot be built, is missing, or does not start.
pub fn chaos(options: &Options) -> Result<ExitCode> {
    let binary = match &options.binary {
        Some(binary) => binary
            .canonicalize()
            .with_context(|| format!("cannot find {}", binary.display()))?,
        None => build::build(Profile::Release)?,
    };
    let folder = paths::root().join("end2end");
    tools::npm_packages(&folder)?;
    let faketime = tools::debian_program(libfaketime, "libfaketime")?;
    let nginx = tools::nginx()?;
    let postgres = Postgres::start()?;
    let mut playwright = process::command("npx");
    playwright
        .current_dir(&folder)
        .args(["playwright", "test", "--config", "chaos.config.ts"])
        .env("PATCHBAY_BIN", binary)
        .env("PATCHBAY_TEST_POSTGRES_URL", postgres.url())
        .env("PATCHBAY_CHAOS_FAKETIME", faketime)
        .env("PATCHBAY_CHAOS_NGINX", nginx)
        .env("PATCHBAY_CHAOS_KILLS", options.kills.to_string());
    if let Some(only) = &options.only {
        playwright.args(["--grep", only]);
    }
    if let Some(json) = &options.json {
        let json = std::path::absolute(json)
            .with_context(|| format!("cannot write {}", json.display()))?;
        playwright.env("PATCHBAY_CHAOS_JSON", json);
    }
    let status = playwright
        .status()
        .context("cannot start `npx playwright test`")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Where Debian keeps the library that shifts a process's clock.
fn libfaketime() -> Option<PathBuf> {
    let architecture = std::env::consts::ARCH;
    tools::first_file([
        format!("/usr/lib/{architecture}-linux-gnu/faketime/libfaketimeMT.so.1"),
        "/usr/lib/faketime/libfaketimeMT.so.1".to_owned(),
    ])
}
