//! `check`: what needs no running program.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{process, tools};

/// Crates that belong to the server. In the browser they would cost bytes or leak the inside.
const SERVER_ONLY: [&str; 7] = [
    "tokio",
    "sqlx",
    "hyper",
    "reqwest",
    "ring",
    "aws-lc-rs",
    "regex",
];

/// Formatting, lints on both sides, and the guard of the browser side.
///
/// # Errors
/// When one of them finds something.
pub fn check() -> Result<()> {
    tools::wasm_target()?;
    process::step("format", || {
        process::run(&mut process::cargo(["fmt", "--all", "--check"]))
    })?;
    process::step("lint server and commands", || {
        let packages = ["server", "app", "xtask", "bare"]
            .map(|name| ["--package", name])
            .concat();
        let mut clippy = process::cargo(["clippy", "--all-targets", "--features", "app/ssr"]);
        process::run(clippy.args(packages).args(["--", "-D", "warnings"]))
    })?;
    process::step("lint browser", || {
        let mut clippy =
            process::cargo(["clippy", "--package", "frontend", "--target", tools::WASM]);
        process::run(clippy.args(["--", "-D", "warnings"]))
    })?;
    process::step("no server crate in the browser", leak_guard)
}

/// Fails when the browser side depends on a crate of the server.
fn leak_guard() -> Result<()> {
    let tree = process::output(&mut browser_tree(&["--prefix", "none"]))?;
    let mut leaks = Vec::new();
    for name in leaked(&tree) {
        let users = process::output(&mut browser_tree(&["--prefix", "depth", "--invert", name]))?;
        if !only_unlinked(name, &users) {
            print!("{users}");
            leaks.push(name);
        }
    }
    if leaks.is_empty() {
        Ok(())
    } else {
        bail!("the browser side contains {}", leaks.join(", "))
    }
}

fn browser_tree(args: &[&str]) -> Command {
    let mut tree = process::cargo(["tree", "--package", "frontend", "--target", tools::WASM]);
    tree.args(["--edges", "normal", "--format", " {p}"])
        .args(args);
    tree
}

/// Whether nobody but leptos_config uses regex. Leptos cannot leave that crate out; the linker
/// does, and the budget looks whether it has.
fn only_unlinked(name: &str, users: &str) -> bool {
    let mut direct = users
        .lines()
        .filter_map(|line| line.strip_prefix("1 "))
        .peekable();
    name == "regex"
        && direct.peek().is_some()
        && direct.all(|user| user.starts_with("leptos_config "))
}

/// The server-only crates in the lines of `cargo tree --prefix none`.
fn leaked(tree: &str) -> Vec<&'static str> {
    let contains = |name: &&str| {
        tree.lines()
            .any(|line| line.split_whitespace().next() == Some(*name))
    };
    SERVER_ONLY.into_iter().filter(contains).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_name_is_a_leak() {
        let tree = "frontend v0.1.0 (/src)\nregex-syntax v0.8.5\ntokio-util v0.7.1\nsqlx v0.9.0\n";
        assert_eq!(leaked(tree), ["sqlx"]);
        assert!(leaked("leptos v0.8.23\nspring v1.0.0\n").is_empty());
    }

    #[test]
    fn regex_may_come_by_leptos_config_alone() {
        let leptos = "0 regex v1.13.2\n1 leptos_config v0.8.10\n2 leptos v0.8.23\n";
        assert!(only_unlinked("regex", leptos));
        assert!(!only_unlinked("tokio", leptos));
        assert!(!only_unlinked("regex", &format!("{leptos}1 app v0.1.0\n")));
    }
}
