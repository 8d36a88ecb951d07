//! Running other programs, with a line for each step and the time it took.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::paths;

/// Does one step and prints its name before and its duration after.
///
/// # Errors
/// Those of `work`, with the step's name.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("{name} …");
    let start = Instant::now();
    let value = work().with_context(|| format!("{name} failed"))?;
    println!("{name} … {:.1} s", start.elapsed().as_secs_f64());
    Ok(value)
}

/// Says that a step has nothing to do.
pub fn unchanged(name: &str) {
    println!("{name} … unchanged");
}

/// A command that runs at the root of the workspace.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root());
    command
}

/// Cargo, with the target folder of this run.
pub fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = command(env!("CARGO"));
    command.env("CARGO_TARGET_DIR", paths::target()).args(args);
    command
}

/// The same command, which takes the processor's time that others leave.
pub fn patient(command: &Command) -> Command {
    let mut nice = Command::new("nice");
    nice.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    nice
}

/// Runs a command to its end, its output shown as it comes.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let name = describe(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and returns what it printed; its errors are shown as they come.
///
/// # Errors
/// When it cannot be started or does not succeed, or prints something that is not UTF-8.
pub fn output(command: &mut Command) -> Result<String> {
    let name = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !output.status.success() {
        bail!("`{name}` ended with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{name}` did not print text"))
}

/// Runs a command, shows its lines as they come and hands each to `each`. Returns whether it succeeded.
///
/// # Errors
/// When it cannot be started or its output cannot be read.
pub fn tee(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let name = describe(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{name}`"))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.with_context(|| format!("cannot read what `{name}` prints"))?;
            println!("{line}");
            each(&line);
        }
    }
    Ok(child.wait()?.success())
}

/// Whether a command runs and succeeds, with its output thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
