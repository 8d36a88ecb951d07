//! `test`: everything that must hold before a change is kept.

mod browser;
mod rust;

use std::ops::AddAssign;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::build::{self, Profile};
use crate::postgres::Postgres;
use crate::{budget, check};

/// One part of the tests.
#[derive(Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Part {
    /// The Rust tests, on SQLite and on PostgreSQL.
    Rust,
    /// The browser tests.
    Browser,
}

/// How many tests held and how many did not.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs all parts, or one. The last line tells the sum of what the runners have counted.
///
/// # Errors
/// When something cannot be built or a runner cannot be started.
pub fn test(part: Option<Part>) -> Result<ExitCode> {
    if part.is_none() {
        check::check()?;
    }
    if part != Some(Part::Browser) {
        build::beside_site("Rust tests", rust::compile())?;
    }
    if part.is_none() {
        budget::budget()?;
    }
    let postgres = Postgres::start()?;
    let mut counts = Counts::default();
    let mut succeeded = true;
    if part != Some(Part::Browser) {
        succeeded &= rust::test(&postgres, &mut counts)?;
    }
    if part != Some(Part::Rust) {
        // After the Rust tests: they leave a binary without the bundles in its place.
        let binary = build::build(Profile::Release)?;
        succeeded &= browser::test(&postgres, &binary, &mut counts)?;
    }
    drop(postgres);
    println!("{} passed, {} failed", counts.passed, counts.failed);
    Ok(if succeeded && counts.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
