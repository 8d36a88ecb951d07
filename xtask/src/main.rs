//! The developer's commands: `cargo xtask run`, `test`, `check`, `build`, `bench`, `chaos`, `fuzz`, `dist`.

mod bench;
mod budget;
mod build;
mod chaos;
mod check;
mod dist;
mod fuzz;
mod http;
mod leash;
mod paths;
mod postgres;
mod process;
mod run;
mod stamp;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Builds, runs, checks and measures Patchbay.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the pages for the browser and the server that carries them.
    Build {
        /// `release` for every day, `dist` for what is shipped.
        #[arg(long, value_enum, default_value_t)]
        profile: build::Profile,
    },
    /// Build, then serve on http://127.0.0.1:3000 with an embedded database under data/.
    Run {
        /// Arguments for `patchbay serve`; they replace the defaults.
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Formatting, lints, and the guard that keeps server crates out of the browser.
    Check,
    /// Compare what a browser downloads with what it may.
    Budget,
    /// Everything: check, build, budget, Rust tests, browser tests.
    Test {
        #[command(subcommand)]
        part: Option<test::Part>,
    },
    /// Measure against a bare handler, the upstream and nginx, and print the ratios.
    Bench(bench::Options),
    /// Inject faults into real processes under load, and count what became of the accounts.
    Chaos(chaos::Options),
    /// Look for inputs that break what reads the inputs of strangers.
    Fuzz(fuzz::Options),
    /// Build the one binary that is shipped, as dist/patchbay.
    Dist,
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Build { profile } => build::build(profile).map(drop)?,
        Command::Run { args } => run::run(&args)?,
        Command::Check => check::check()?,
        Command::Budget => budget::budget()?,
        Command::Test { part } => return test::test(part),
        Command::Bench(options) => bench::bench(&options)?,
        Command::Chaos(options) => return chaos::chaos(&options),
        Command::Fuzz(options) => return fuzz::fuzz(&options),
        Command::Dist => dist::dist()?,
    }
    Ok(ExitCode::SUCCESS)
}
