//! `bench`: how fast, small and steady Patchbay is, against something measured in the same run.

mod figure;
mod lab;
mod load;
mod patchbay;
mod rows;

use std::fs;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::process;
use figure::Figure;
use lab::Lab;

/// What to measure, for how long, and where to write it.
#[derive(Args)]
pub struct Options {
    /// Also write the figures to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Seconds of each of the nine runs behind a median.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Measure this row alone; may be given more than once.
    #[arg(long, value_enum, value_name = "ROW")]
    only: Vec<Row>,
    /// Measure this binary instead of building the one that is shipped: an older one, or a quick build.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// One piece of work that is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Row {
    /// One user's state with its connections, on SQLite.
    MeSqlite,
    /// The same on PostgreSQL.
    MePostgres,
    /// A proxied GET: credential decrypted and injected.
    Proxy,
    /// The list of integrations.
    Integrations,
    /// The portal page, rendered by the server.
    PortalPage,
    /// From the start of the process to its first answer.
    Start,
    /// Memory, idle and after load.
    Memory,
    /// One user's state among a million connections against a thousand, and what a server that rests
    /// costs, on PostgreSQL.
    Growth,
    /// How many tokens a second are renewed ahead.
    Renewal,
    /// What a browser downloads to show the portal for the first time.
    Download,
}

/// Measures, prints the table and writes the JSON. A missed target is told, and is no failure.
///
/// # Errors
/// When something that is needed is missing, does not start, or answers with an error.
pub fn bench(options: &Options) -> Result<()> {
    let lab = Lab::open(options.seconds, options.binary.as_deref())?;
    let mut figures = Vec::new();
    let mut failed = 0;
    for row in Row::value_variants() {
        if options.only.is_empty() || options.only.contains(row) {
            let name = format!("measure {}", name(*row));
            // What was measured is told all the same.
            match process::step(&name, || rows::measure(*row, &lab)) {
                Ok(measured) => figures.extend(measured),
                Err(error) => {
                    eprintln!("{error:#}");
                    failed += 1;
                }
            }
        }
    }
    drop(lab);
    print(&figures);
    if let Some(file) = &options.json {
        write(file, options, &figures)?;
    }
    if failed > 0 {
        bail!("{failed} rows could not be measured");
    }
    Ok(())
}

fn name(row: Row) -> String {
    row.to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

fn print(figures: &[Figure]) {
    println!("\n{}", Figure::heading());
    figures.iter().for_each(|figure| println!("{figure}"));
    let missed = figures
        .iter()
        .filter(|figure| figure.is_met() == Some(false))
        .count();
    let measured = figures
        .iter()
        .filter(|figure| figure.is_met().is_some())
        .count();
    println!(
        "\n{} of {measured} targets met on {}",
        measured - missed,
        machine()
    );
    if figures.iter().any(Figure::is_noisy) {
        println!(
            "The machine was too noisy to tell where the spread between runs is above 15 %: run those rows again."
        );
    }
}

fn write(file: &PathBuf, options: &Options, figures: &[Figure]) -> Result<()> {
    let report = json!({
        "machine": machine(),
        "secondsPerRun": options.seconds,
        "noisy": figures.iter().any(Figure::is_noisy),
        "figures": figures.iter().map(Figure::to_json).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&report)?;
    fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!(
        "{cores} cores, {}",
        model.map_or("unknown processor", |(_, model)| model)
    )
}
