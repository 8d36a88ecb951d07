//! Stamps: a step whose inputs have not changed since it last succeeded is skipped.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The fingerprint of a step's inputs, and where the last one is kept.
pub struct Stamp {
    file: PathBuf,
    fingerprint: String,
}

impl Stamp {
    /// Reads the inputs (files, or folders with all that is in them) of the step that keeps its
    /// stamp in `file`. `recipe` names what is done to them: changing it runs the step again.
    ///
    /// # Errors
    /// When an input cannot be read.
    pub fn of(file: PathBuf, inputs: &[&Path], recipe: &str) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        recipe.hash(&mut hasher);
        for input in inputs {
            hash_into(input, &mut hasher)?;
        }
        Ok(Self {
            file,
            fingerprint: format!("{:016x}", hasher.finish()),
        })
    }

    /// Whether the step has run with these inputs and its outputs are still there.
    pub fn is_current(&self, outputs: &[&Path]) -> bool {
        outputs.iter().all(|path| path.is_file())
            && fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.fingerprint)
    }

    /// Remembers that the step has run.
    ///
    /// # Errors
    /// When the stamp cannot be written.
    pub fn keep(&self) -> Result<()> {
        fs::write(&self.file, &self.fingerprint)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// Copies a file unless the copy has the same bytes, so that its time of change stays true.
///
/// # Errors
/// When one cannot be read or written.
pub fn copy_if_changed(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(to, bytes).with_context(|| format!("cannot write {}", to.display()))
}

fn hash_into(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        entries.sort();
        return entries
            .iter()
            .try_for_each(|entry| hash_into(entry, hasher));
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    path.hash(hasher);
    bytes.hash(hasher);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_runs_again_when_an_input_the_recipe_or_an_output_has_changed() {
        let folder = std::env::temp_dir().join(format!("patchbay-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("in")).unwrap();
        let (input, output, kept) = (
            folder.join("in/a.css"),
            folder.join("out"),
            folder.join("stamp"),
        );
        fs::write(&input, "one").unwrap();
        fs::write(&output, "done").unwrap();
        let stamp = |recipe| Stamp::of(kept.clone(), &[&folder.join("in")], recipe).unwrap();

        assert!(!stamp("minify").is_current(&[&output]));
        stamp("minify").keep().unwrap();
        assert!(stamp("minify").is_current(&[&output]));
        assert!(!stamp("other").is_current(&[&output]));
        fs::write(&input, "two").unwrap();
        assert!(!stamp("minify").is_current(&[&output]));
        fs::write(&input, "one").unwrap();
        fs::remove_file(&output).unwrap();
        assert!(!stamp("minify").is_current(&[&output]));
        fs::remove_dir_all(folder).unwrap();
    }
}
