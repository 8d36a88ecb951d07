//! What `patchbay backup` and `patchbay restore` take.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug)]
pub struct BackupArgs {
    /// The file to write; it must not be there yet
    #[arg(long)]
    pub to: PathBuf,
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone, Debug)]
pub struct RestoreArgs {
    /// A file that `patchbay backup` wrote, of either engine
    #[arg(long)]
    pub from: PathBuf,
    /// Replace what the database holds
    #[arg(long)]
    pub replace: bool,
    /// Restore values that do not open, too
    #[arg(long)]
    pub accept_bad: bool,
    #[arg(long)]
    pub json: bool,
}
