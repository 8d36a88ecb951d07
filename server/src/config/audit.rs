//! What `patchbay audit` takes.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// The latest entries: who did what
    List {
        /// Only what was done to this project
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        #[arg(long)]
        json: bool,
    },
    /// Check that no entry was altered or taken away
    Verify {
        /// The end that an earlier check printed, NUMBER:HASH; the trail must still go through it
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Option<String>,
        #[arg(long)]
        json: bool,
    },
}
