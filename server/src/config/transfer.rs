//! What `patchbay connection import` and `export` take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    Patchbay,
    Nango,
}

#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    #[arg(long, env = "PATCHBAY_PROJECT")]
    pub project: String,
    /// JSON, or an export of Patchbay
    #[arg(long)]
    pub file: PathBuf,
    #[arg(long, value_enum, default_value_t = ImportFormat::Patchbay)]
    pub format: ImportFormat,
    /// The private key, PEM, of an export that was encrypted to its public half
    #[arg(long)]
    pub key_file: Option<PathBuf>,
    /// Do not ask the providers whether the credentials work
    #[arg(long)]
    pub no_check: bool,
    /// Judge the rows, call nobody and store nothing
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    #[arg(long, env = "PATCHBAY_PROJECT")]
    pub project: String,
    /// Only this user's
    #[arg(long)]
    pub user: Option<String>,
    /// A public RSA key, PEM, of whoever receives the export: only its private half opens it
    #[arg(long)]
    pub to_key: PathBuf,
    /// The file to write; without it, standard output
    #[arg(long)]
    pub to: Option<PathBuf>,
}
