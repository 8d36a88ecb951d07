//! What `patchbay api-key` takes.

use clap::Subcommand;

use crate::domain::api_key::ApiScope;

#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Create a key for your back end; it is shown once
    Create {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// What you call it
        #[arg(long, default_value = "Back end")]
        name: String,
        /// What it allows; may be given several times
        #[arg(long = "scope", value_parser = scope, default_value = "events:read")]
        scopes: Vec<ApiScope>,
        #[arg(long)]
        json: bool,
    },
    /// List the active keys of a project, without their secrets
    List {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        json: bool,
    },
    /// Stop taking a key
    Revoke {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// The key's id
        id: String,
        #[arg(long)]
        json: bool,
    },
}

fn scope(text: &str) -> Result<ApiScope, String> {
    let known = ApiScope::ALL.map(ApiScope::as_str).join(", ");
    ApiScope::parse(text).ok_or_else(|| format!("there are: {known}"))
}
