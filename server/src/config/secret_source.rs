//! Secrets: a value in the environment, or a file that holds it.

use std::path::{Path, PathBuf};

use super::Shared;
use crate::domain::secret::Secret;

/// A secret file's content without surrounding white space; 64 KiB at most.
pub fn read_secret_file(path: &Path) -> Result<Secret, String> {
    let length = std::fs::metadata(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?
        .len();
    if length > 64 * 1024 {
        return Err(format!(
            "{} is too large to be a secret (64 KiB at most)",
            path.display()
        ));
    }
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(Secret::new(text.trim()))
}

/// Where the encryption keys are.
pub enum KeySource {
    Given(Secret),
    File(PathBuf),
    Command(String),
}

impl Shared {
    /// Where the encryption keys are. There is no mode without one.
    pub fn key_source(&self) -> Result<KeySource, String> {
        let given = self.encryption_key.clone().map(KeySource::Given);
        let file = self.encryption_key_file.clone().map(KeySource::File);
        let command = self.encryption_key_command.clone().map(KeySource::Command);
        let mut sources = [given, file, command].into_iter().flatten();
        match (sources.next(), sources.next()) {
            (Some(source), None) => Ok(source),
            (Some(_), Some(_)) => Err("set one of PATCHBAY_ENCRYPTION_KEY, \
                 PATCHBAY_ENCRYPTION_KEY_FILE and PATCHBAY_ENCRYPTION_KEY_COMMAND, not several"
                .to_owned()),
            (None, _) => Err(
                "no encryption key: set PATCHBAY_ENCRYPTION_KEY, PATCHBAY_ENCRYPTION_KEY_FILE to a \
                 file that holds one, or PATCHBAY_ENCRYPTION_KEY_COMMAND to a command that prints \
                 one (make one with: openssl rand -base64 32)"
                    .to_owned(),
            ),
        }
    }
}
