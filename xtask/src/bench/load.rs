//! Load by wrk, with keep-alive, and what it reports.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::figure::Sample;
use crate::{process, tools};

/// Runs behind a median. Many short ones, side by side: what else the machine does, it does to both.
const ROUNDS: usize = 9;

/// One target of load.
pub struct Load<'a> {
    pub port: u16,
    pub path: &'a str,
    pub token: &'a str,
    /// A script of wrk that makes the requests, in place of `path` and `token` for each.
    pub script: Option<&'a Path>,
    /// Connections at once.
    pub connections: u32,
}

/// Requests a second, and the median of one request's time in milliseconds.
pub struct Measured {
    pub per_second: Sample,
    pub p50_ms: Sample,
}

/// The load generator.
pub struct Wrk {
    program: PathBuf,
    seconds: u32,
}

impl Wrk {
    /// Finds wrk, or installs it when this is root.
    ///
    /// # Errors
    /// When it is missing and cannot be installed.
    pub fn find(seconds: u32) -> Result<Self> {
        Ok(Self {
            program: tools::debian_program(|| tools::on_path("wrk"), "wrk")?,
            seconds,
        })
    }

    /// Warms each target up, then measures them in turn, [`ROUNDS`] times each: a machine that slows
    /// down slows all of them.
    ///
    /// # Errors
    /// When wrk fails, or a target answers anything else than success.
    pub fn compare<const N: usize>(&self, loads: [Load; N]) -> Result<[Measured; N]> {
        for load in &loads {
            self.once(load, 2)?;
        }
        let mut rates = [const { Vec::new() }; N];
        let mut times = [const { Vec::new() }; N];
        for _ in 0..ROUNDS {
            for (place, load) in loads.iter().enumerate() {
                let (rate, time) = self.once(load, self.seconds)?;
                rates[place].push(rate);
                times[place].push(time);
            }
        }
        let mut times = times.into_iter();
        Ok(rates.map(|rates| Measured {
            per_second: Sample::of(rates),
            p50_ms: Sample::of(times.next().unwrap_or_default()),
        }))
    }

    /// Puts load on one target for the length of one run. Gives how many requests it answered.
    ///
    /// # Errors
    /// As [`Wrk::compare`].
    pub fn burn(&self, load: &Load) -> Result<f64> {
        let (per_second, _) = self.once(load, self.seconds)?;
        Ok(per_second * f64::from(self.seconds))
    }

    fn once(&self, load: &Load, seconds: u32) -> Result<(f64, f64)> {
        let mut wrk = Command::new(&self.program);
        wrk.args(["-t1", "--latency"])
            .arg(format!("-c{}", load.connections))
            .arg(format!("-d{seconds}s"));
        if !load.token.is_empty() {
            wrk.arg("-H")
                .arg(format!("Authorization: Bearer {}", load.token));
        }
        if let Some(script) = load.script {
            wrk.arg("-s").arg(script);
        }
        let report =
            process::output(wrk.arg(format!("http://127.0.0.1:{}{}", load.port, load.path)))?;
        parse(&report).with_context(|| format!("load on {}", load.path))
    }
}

/// Requests a second and the median time in milliseconds, out of wrk's report.
fn parse(report: &str) -> Result<(f64, f64)> {
    let value = |name: &str| {
        report
            .lines()
            .find_map(|line| line.trim().strip_prefix(name))
            .map(str::trim)
    };
    for trouble in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(what) = value(trouble) {
            bail!("{trouble} {what}");
        }
    }
    let rate = value("Requests/sec:")
        .context("wrk reported no rate")?
        .parse()?;
    let time = value("50%")
        .and_then(milliseconds)
        .context("wrk reported no latency")?;
    Ok((rate, time))
}

/// A time as wrk writes it: `850.00us`, `1.20ms`, `2.00s`.
fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)];
    let (number, factor) = units
        .into_iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 8s test @ http://127.0.0.1/\n  Latency Distribution\n     50%  850.00us\n     99%    2.00ms\nRequests/sec:  12345.67\n";

    #[test]
    fn a_report_is_read() {
        let (rate, time) = parse(REPORT).unwrap();
        assert_eq!(rate, 12345.67);
        assert!((time - 0.85).abs() < 1e-9);
        assert_eq!(milliseconds("1.50s"), Some(1500.0));
    }

    #[test]
    fn errors_under_load_are_no_result() {
        let report = format!("{REPORT}  Non-2xx or 3xx responses: 3\n");
        assert!(
            parse(&report)
                .unwrap_err()
                .to_string()
                .contains("responses: 3")
        );
    }
}
