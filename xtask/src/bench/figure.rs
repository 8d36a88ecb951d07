//! A measured figure beside its target.

use std::fmt;

use serde_json::{Value, json};

/// A spread above this share of the median tells more about the machine than about the program.
const NOISE: f64 = 0.15;

/// The median of some runs, and how far they lay apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub median: f64,
    /// Largest minus smallest, as a share of the median.
    pub spread: f64,
}

impl Sample {
    /// The sample of these runs; zero when there are none.
    pub fn of(mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (runs.first(), runs.last()) else {
            return Self {
                median: 0.0,
                spread: 0.0,
            };
        };
        let median = runs[runs.len() / 2];
        Self {
            median,
            spread: if median > 0.0 {
                (most - least) / median
            } else {
                0.0
            },
        }
    }

    /// This sample as a multiple of another; the spread is the larger one.
    pub fn over(self, other: Self) -> Self {
        Self {
            median: self.median / other.median,
            spread: self.spread.max(other.spread),
        }
    }
}

/// What a figure is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Told for comparison.
    None,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Figure {
    work: String,
    unit: &'static str,
    sample: Sample,
    target: Target,
    /// Whether the spread says something: a count of bytes has none.
    timed: bool,
}

impl Figure {
    /// A figure that varies from run to run.
    pub fn timed(
        work: impl Into<String>,
        unit: &'static str,
        sample: Sample,
        target: Target,
    ) -> Self {
        Self {
            work: work.into(),
            unit,
            sample,
            target,
            timed: true,
        }
    }

    /// A figure that is the same in every run.
    pub fn exact(work: impl Into<String>, unit: &'static str, value: f64, target: Target) -> Self {
        Self {
            work: work.into(),
            unit,
            sample: Sample {
                median: value,
                spread: 0.0,
            },
            target,
            timed: false,
        }
    }

    /// Whether the target is met; `None` without a target.
    pub fn is_met(&self) -> Option<bool> {
        match self.target {
            Target::AtLeast(least) => Some(self.sample.median >= least),
            Target::AtMost(most) => Some(self.sample.median <= most),
            Target::None => None,
        }
    }

    /// Whether the runs lay too far apart to tell.
    pub fn is_noisy(&self) -> bool {
        self.timed && self.sample.spread > NOISE
    }

    /// The heads of the columns that `Display` writes.
    pub fn heading() -> String {
        format!(
            "{:<46} {:>10} {:<6} {:>12} {:>7} {:>7}",
            "Work", "measured", "", "target", "", "spread"
        )
    }

    /// As an object: `work`, `unit`, `value`, `spread` (share of the median, or null), `target`
    /// (`{"atLeast": n}`, `{"atMost": n}` or null), `met` (or null), `noisy`.
    pub fn to_json(&self) -> Value {
        let target = match self.target {
            Target::AtLeast(least) => json!({ "atLeast": least }),
            Target::AtMost(most) => json!({ "atMost": most }),
            Target::None => Value::Null,
        };
        json!({
            "work": self.work.trim_start(),
            "unit": self.unit,
            "value": self.sample.median,
            "spread": self.timed.then_some(self.sample.spread),
            "target": target,
            "met": self.is_met(),
            "noisy": self.is_noisy(),
        })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target {
            Target::AtLeast(least) => format!("≥ {}", number(least)),
            Target::AtMost(most) => format!("≤ {}", number(most)),
            Target::None => String::new(),
        };
        let verdict = self
            .is_met()
            .map_or("", |met| if met { "met" } else { "missed" });
        let spread = if self.timed {
            format!("{:.0} %", self.sample.spread * 100.0)
        } else {
            String::new()
        };
        let noisy = if self.is_noisy() { "  noisy" } else { "" };
        let (work, measured, unit) = (&self.work, number(self.sample.median), self.unit);
        write!(
            f,
            "{work:<46} {measured:>10} {unit:<6} {target:>12} {verdict:>7} {spread:>7}{noisy}"
        )
    }
}

/// Enough digits to compare by.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_the_middle_run_and_the_width_of_all() {
        assert_eq!(
            Sample::of(vec![110.0, 90.0, 100.0]),
            Sample {
                median: 100.0,
                spread: 0.2
            }
        );
        assert_eq!(Sample::of(Vec::new()).median, 0.0);
    }

    #[test]
    fn a_target_is_met_at_its_edge_and_noise_is_told() {
        let calm = Sample {
            median: 9_000.0,
            spread: 0.15,
        };
        let figure = Figure::timed("me", "req/s", calm, Target::AtLeast(9_000.0));
        assert_eq!((figure.is_met(), figure.is_noisy()), (Some(true), false));
        let figure = Figure::timed(
            "start",
            "s",
            Sample {
                median: 0.4,
                spread: 0.2,
            },
            Target::AtMost(0.3),
        );
        assert_eq!((figure.is_met(), figure.is_noisy()), (Some(false), true));
        assert_eq!(
            Figure::exact("page", "kB", 1.0, Target::None).is_met(),
            None
        );
    }
}
