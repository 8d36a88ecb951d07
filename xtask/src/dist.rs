//! `dist`: the one binary that is shipped.

use std::fs;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::paths;

/// Builds with every optimisation and copies the binary to dist/patchbay.
///
/// # Errors
/// As a build, or when the copy cannot be written.
pub fn dist() -> Result<()> {
    let binary = build::build(Profile::Dist)?;
    let folder = paths::root().join("dist");
    fs::create_dir_all(&folder)?;
    let copy = folder.join("patchbay");
    let bytes =
        fs::copy(&binary, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    println!("dist/patchbay, {:.1} MB", bytes as f64 / 1e6);
    Ok(())
}
