//! `fuzz`: inputs that nobody thought of, for what reads inputs of strangers. The targets are in
//! `server/fuzz/`; what they assert is in the `fuzz.rs` beside the code, and tests run that, too.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{paths, process, tools};

/// What makes the compiler count which ways a program takes (LLVM's SanitizerCoverage).
const COVERAGE: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Which targets, and for how long.
#[derive(Args)]
pub struct Options {
    /// Fuzz this target alone; may be given more than once.
    #[arg(value_enum, value_name = "TARGET")]
    targets: Vec<Target>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

/// What is fuzzed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// A provider's definition file.
    Definition,
    /// What a provider answers to a token request.
    TokenAnswer,
    /// The query with which a provider sends a person back.
    Callback,
    /// Headers and path of a proxied call, both ways.
    Headers,
    /// What stands in the database in the place of a sealed value.
    Envelope,
}

/// Runs the targets one after another. What was found that is new stays in the corpus, below the
/// target folder; what failed is kept beside it, and told.
///
/// # Errors
/// When something cannot be built or started.
pub fn fuzz(options: &Options) -> Result<ExitCode> {
    tools::debian_program(|| tools::on_path("c++"), "g++")?;
    let folder = paths::target().join("fuzz");
    let host = process::output(process::command("rustc").args(["--print", "host-tuple"]))?;
    process::step("fuzz targets", || {
        let mut cargo = process::cargo(["build", "--release", "--manifest-path"]);
        cargo
            .arg(paths::root().join("server/fuzz/Cargo.toml"))
            // With a target named, build scripts are left alone by the flags.
            .args(["--target", host.trim()])
            .env("CARGO_TARGET_DIR", &folder)
            .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}"));
        process::run(&mut cargo)
    })?;
    let mut held = true;
    for target in Target::value_variants() {
        if options.targets.is_empty() || options.targets.contains(target) {
            held &= run(*target, options.seconds, &folder, host.trim())?;
        }
    }
    Ok(if held {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run(target: Target, seconds: u32, folder: &Path, host: &str) -> Result<bool> {
    let name = target.to_possible_value();
    let name = name.as_ref().map_or("", |value| value.get_name());
    let corpus = folder.join("corpus").join(name);
    fs::create_dir_all(&corpus).with_context(|| format!("cannot create {}", corpus.display()))?;
    println!("{name}, {seconds} s");
    let mut fuzzer = process::command(folder.join(host).join("release").join(name));
    fuzzer
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!(
            "-artifact_prefix={}/failed-{name}-",
            folder.display()
        ))
        .args([
            "-max_len=16384",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
        ])
        .arg(&corpus);
    if target == Target::Definition {
        fuzzer.arg(paths::root().join("catalog"));
    }
    let status = fuzzer
        .status()
        .with_context(|| format!("cannot start the target {name}"))?;
    Ok(status.success())
}
