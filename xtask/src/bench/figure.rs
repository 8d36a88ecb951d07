//! A measured figure beside its target.

use std::fmt;

use serde_json::{Value, json};

/// A spread above this share of the median tells more about the machine than about the program.
const NOISE: f64 = 0.15;

/// Some runs: their median, and how far they lay apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In the order in which they were made.
    runs: Vec<f64>,
}

impl Sample {
    pub fn of(runs: Vec<f64>) -> Self {
        Self { runs }
    }

    /// Zero when there are no runs.
    pub fn median(&self) -> f64 {
        let runs = self.sorted();
        runs.get(runs.len() / 2).copied().unwrap_or_default()
    }

    /// How wide the middle half of the runs lies, as a share of the median. Of three, that is all of them.
    pub fn spread(&self) -> f64 {
        let (runs, median) = (self.sorted(), self.median());
        let quarter = runs.len() / 4;
        match runs.get(quarter..runs.len() - quarter) {
            Some([least, .., most]) if median > 0.0 => (most - least) / median,
            _ => 0.0,
        }
    }

    /// Each run as a multiple of the other's run beside it: what slowed the machine down slowed both.
    pub fn over(&self, other: &Self) -> Self {
        self.beside(other, |own, other| own / other)
    }

    /// What each run has more than the other's run beside it.
    pub fn above(&self, other: &Self) -> Self {
        self.beside(other, |own, other| own - other)
    }

    fn beside(&self, other: &Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        let pairs = self.runs.iter().zip(&other.runs);
        Self::of(pairs.map(|(own, other)| combine(*own, *other)).collect())
    }

    fn sorted(&self) -> Vec<f64> {
        let mut runs = self.runs.clone();
        runs.sort_by(f64::total_cmp);
        runs
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
            sample: Sample::of(vec![value]),
            target,
            timed: false,
        }
    }

    /// Whether the target is met; `None` without a target.
    pub fn is_met(&self) -> Option<bool> {
        match self.target {
            Target::AtLeast(least) => Some(self.sample.median() >= least),
            Target::AtMost(most) => Some(self.sample.median() <= most),
            Target::None => None,
        }
    }

    /// Whether the runs lay too far apart to tell.
    pub fn is_noisy(&self) -> bool {
        self.timed && self.sample.spread() > NOISE
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
            "value": self.sample.median(),
            "spread": self.timed.then_some(self.sample.spread()),
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
            format!("{:.0} %", self.sample.spread() * 100.0)
        } else {
            String::new()
        };
        let noisy = if self.is_noisy() { "  noisy" } else { "" };
        let (work, measured, unit) = (&self.work, number(self.sample.median()), self.unit);
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
    fn a_sample_is_the_middle_run_and_the_width_of_the_middle_half() {
        let three = Sample::of(vec![110.0, 90.0, 100.0]);
        assert_eq!((three.median(), three.spread()), (100.0, 0.2));
        let nine = Sample::of(vec![
            1.0, 96.0, 97.0, 99.0, 100.0, 101.0, 103.0, 104.0, 900.0,
        ]);
        assert_eq!((nine.median(), nine.spread()), (100.0, 0.06));
        let none = Sample::of(Vec::new());
        assert_eq!((none.median(), none.spread()), (0.0, 0.0));
    }

    #[test]
    fn runs_are_compared_with_those_beside_them() {
        let (ours, theirs) = (vec![30.0, 60.0, 90.0], vec![50.0, 100.0, 150.0]);
        let ratio = Sample::of(ours.clone()).over(&Sample::of(theirs.clone()));
        assert_eq!((ratio.median(), ratio.spread()), (0.6, 0.0));
        let more = Sample::of(theirs).above(&Sample::of(ours));
        assert_eq!(more.median(), 40.0);
    }

    #[test]
    fn a_target_is_met_at_its_edge_and_noise_is_told() {
        let calm = Sample::of(vec![8_325.0, 9_000.0, 9_675.0]);
        let figure = Figure::timed("me", "req/s", calm, Target::AtLeast(9_000.0));
        assert_eq!((figure.is_met(), figure.is_noisy()), (Some(true), false));
        let wild = Sample::of(vec![0.36, 0.4, 0.44]);
        let figure = Figure::timed("start", "s", wild, Target::AtMost(0.3));
        assert_eq!((figure.is_met(), figure.is_noisy()), (Some(false), true));
        assert_eq!(
            Figure::exact("page", "kB", 1.0, Target::None).is_met(),
            None
        );
    }
}
