//! `check`: what needs no running program.

use std::collections::HashSet;
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
    process::step("no server crate in the browser", leak_guard)?;
    process::step("one set of libraries for server and tests", one_set)
}

/// Fails when the tests turn a feature of the server's libraries on that it does not: both would be
/// compiled, and the server is tested with others than it has.
fn one_set() -> Result<()> {
    let of_server = libraries(&["--package", "server", "--edges", "normal"])?;
    let tests = ["--package", "server", "--package", "app"];
    let of_tests = libraries(
        &[
            tests.as_slice(),
            &["--features", "app/ssr", "--edges", "normal,dev"],
        ]
        .concat(),
    )?;
    let other = differing(&of_server, &of_tests);
    if other.is_empty() {
        return Ok(());
    }
    let features = "turn the same features on in server/Cargo.toml";
    bail!("the tests have others: {other:?}; {features}")
}

/// Each crate of a build, as its name, version and features.
fn libraries(selection: &[&str]) -> Result<String> {
    let mut tree = process::cargo(["tree", "--prefix", "none", "--format", "{p} {f}"]);
    // What has stood in the list before is marked.
    Ok(process::output(tree.args(selection))?.replace(" (*)", ""))
}

/// Lines of the first that the second lacks.
fn differing<'a>(first: &'a str, second: &str) -> Vec<&'a str> {
    let second: HashSet<&str> = second.lines().collect();
    let mut missing: Vec<&str> = first
        .lines()
        .filter(|line| !second.contains(line))
        .collect();
    missing.sort_unstable();
    missing.dedup();
    missing
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
    fn a_feature_more_is_another_library() {
        let server = "serde v1.0.229 std\nurl v2.5.8 std\nserde v1.0.229 std\n";
        let tests = "url v2.5.8 std\nserde v1.0.229 alloc,std\ntempfile v3.0.0 \n";
        assert_eq!(differing(server, tests), ["serde v1.0.229 std"]);
        assert!(differing("url v2.5.8 std\n", tests).is_empty());
    }

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
