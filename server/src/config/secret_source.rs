//! Secrets: a value in the environment, or a file that holds it.

use std::path::Path;

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

impl Shared {
    /// The encryption key. There is no mode without one.
    pub fn encryption_key(&self) -> Result<Secret, String> {
        match (&self.encryption_key, &self.encryption_key_file) {
            (Some(_), Some(_)) => Err(
                "set PATCHBAY_ENCRYPTION_KEY or PATCHBAY_ENCRYPTION_KEY_FILE, not both".to_owned(),
            ),
            (Some(key), None) => Ok(key.clone()),
            (None, Some(path)) => read_secret_file(path),
            (None, None) => Err(
                "no encryption key: set PATCHBAY_ENCRYPTION_KEY, or PATCHBAY_ENCRYPTION_KEY_FILE \
                                 to a file that holds one (make one with: openssl rand -base64 32)"
                    .to_owned(),
            ),
        }
    }
}
