//! What users are asked for, from a file; and a secret that one of them typed.

use std::path::Path;

use super::{Outcome, open, project_id, say};
use crate::{
    access::Staff,
    config::Shared,
    domain::setting::{Setting, SettingsDocument},
    use_cases::users,
};

/// Far more than fifty settings need.
const MAX_FILE: u64 = 1024 * 1024;

/// The settings of a file. What its parser says names the line.
pub fn read(path: &Path) -> Result<Vec<Setting>, String> {
    let odd = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path).map_err(|error| odd(&error))?.len();
    if size > MAX_FILE {
        return Err(odd(&"the file is larger than 1 MB; it holds settings only"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| odd(&error))?;
    let document: SettingsDocument = serde_json::from_str(&text).map_err(|error| odd(&error))?;
    Ok(document.settings)
}

/// For whoever runs the installation: nothing else tells a secret.
pub async fn print_secret(
    shared: &Shared,
    project: &str,
    connection: &str,
    setting: &str,
) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let secret = users::secret(&services, right, project_id(project)?, connection, setting)
        .await
        .map_err(say)?;
    println!("{}", secret.expose());
    Ok(())
}
