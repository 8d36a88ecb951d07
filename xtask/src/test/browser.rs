//! The browser tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Counts;
use crate::leash::TempFolder;
use crate::postgres::Postgres;
use crate::{paths, process, tools};

/// How the SDK is checked: as strictly as can be, as a module for browsers.
const SDK_OPTIONS: [&str; 14] = [
    "--ignoreConfig",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--target",
    "esnext",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--lib",
    "esnext,dom,dom.iterable",
    "--types",
    "",
];

/// Runs Playwright against the release binary. Returns whether all succeeded.
///
/// # Errors
/// When Node or Chromium is missing, or Playwright did not get as far as a report.
pub fn test(postgres: &Postgres, binary: &Path, counts: &mut Counts) -> Result<bool> {
    let folder = paths::root().join("end2end");
    tools::npm_packages(&folder)?;
    process::step("types of the SDK and of the browser tests", || {
        types(&folder)
    })?;
    let chromium = chromium()?;
    python()?;
    let report = TempFolder::new("browser-report")?;
    let report = report.path().join("report.json");
    let mut playwright = process::command("npx");
    playwright
        .current_dir(&folder)
        .args(["playwright", "test", "--reporter=list,json"]);
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
    playwright
        .env("PATCHBAY_BIN", binary)
        .env("CHROMIUM_SHELL_PATH", headless_shell(&chromium))
        .env("CHROMIUM_PATH", chromium);
    playwright.env("PATCHBAY_TEST_POSTGRES_URL", postgres.url());
    let succeeded = playwright
        .status()
        .context("cannot start `npx playwright test`")?
        .success();
    let text = fs::read_to_string(&report).context("Playwright ended without a report")?;
    *counts += result(&serde_json::from_str(&text)?);
    Ok(succeeded)
}

/// The compiler's view of the JavaScript: the SDK by its JSDoc types, the tests by their own.
fn types(folder: &Path) -> Result<()> {
    let tsc = || {
        let mut tsc = process::command(folder.join("node_modules/.bin/tsc"));
        tsc.current_dir(folder).arg("--noEmit");
        tsc
    };
    process::run(&mut tsc())?;
    process::run(
        tsc()
            .args(SDK_OPTIONS)
            .arg(paths::root().join("sdk/patchbay.js"))
            .arg(paths::root().join("sdk/element.js")),
    )
}

/// The counts of Playwright's JSON report. What held only at a second try has held.
fn result(report: &Value) -> Counts {
    let count = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    Counts {
        passed: count("expected") + count("flaky"),
        failed: count("unexpected"),
    }
}

/// The second implementation of OAuth that the tests run against is Python's, installed by pip.
fn python() -> Result<PathBuf> {
    let with_pip = || {
        let python = tools::on_path("python3")?;
        process::succeeds(process::command(&python).args(["-m", "pip", "--version"]))
            .then_some(python)
    };
    tools::debian_program(with_pip, "python3-pip")
}

fn chromium() -> Result<PathBuf> {
    if let Some(path) = paths::variable("CHROMIUM_PATH") {
        return Ok(path.into());
    }
    tools::debian_program(
        || tools::first_file(["/usr/bin/chromium", "/usr/bin/chromium-browser"]),
        "chromium",
    )
}

/// Chromium without its windows. Where it cannot be had, Chromium itself will do: it takes longer.
fn headless_shell(chromium: &Path) -> PathBuf {
    if let Some(path) = paths::variable("CHROMIUM_SHELL_PATH") {
        return path.into();
    }
    let find = || tools::first_file(["/usr/bin/chromium-headless-shell"]);
    tools::debian_program(find, "chromium-headless-shell").unwrap_or_else(|missing| {
        println!(
            "{missing:#}; all browser tests run in {}",
            chromium.display()
        );
        chromium.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_counted() {
        let report = serde_json::json!({"stats": {"expected": 7, "unexpected": 2, "flaky": 1, "skipped": 4}});
        assert_eq!(
            result(&report),
            Counts {
                passed: 8,
                failed: 2
            }
        );
    }
}
