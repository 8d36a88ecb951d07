//! The Rust tests.

use std::process::Command;

use anyhow::Result;

use super::Counts;
use crate::postgres::Postgres;
use crate::process;

/// Runs the tests of the server, of what its pages share with the browser, and of these commands.
/// Returns whether all succeeded.
///
/// # Errors
/// When cargo cannot be started.
pub fn test(postgres: &Postgres, counts: &mut Counts) -> Result<bool> {
    let mut server = server();
    server.env("PATCHBAY_TEST_POSTGRES_URL", postgres.url());
    let mut commands =
        process::cargo(["test", "--package", "xtask", "--profile", "xtask", "--bins"]);
    let mut succeeded = true;
    for command in [&mut server, &mut commands] {
        succeeded &= process::tee(command, |line| *counts += result(line).unwrap_or_default())?;
    }
    Ok(succeeded)
}

/// Compiles those of the server and its pages, and runs none.
pub fn compile() -> Command {
    let mut server = server();
    server.arg("--no-run");
    server
}

/// They use the profile and features of the server's build: everything compiles once.
fn server() -> Command {
    process::cargo([
        "test",
        "--package",
        "server",
        "--package",
        "app",
        "--release",
        "--no-fail-fast",
        "--features",
        "app/ssr",
    ])
}

/// The counts in a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn result(line: &str) -> Option<Counts> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        rest.split("; ")
            .find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Counts {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(
            result(line),
            Some(Counts {
                passed: 12,
                failed: 3
            })
        );
        assert_eq!(result("test result_is_kept ... ok"), None);
    }
}
