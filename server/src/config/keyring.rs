//! What `patchbay keyring` takes.

use clap::Subcommand;

use crate::domain::encryption_key::EncryptionKeyId;

#[derive(Debug, Subcommand)]
pub enum KeyringCommand {
    /// Which keys there are, how many values each seals, which servers hold them
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Make a key known, before it seals: servers fetch it
    Add {
        /// Its id; without it, every key of this command that the database does not know
        #[arg(long)]
        key: Option<EncryptionKeyId>,
        #[arg(long)]
        json: bool,
    },
    /// Seal with another key, and wrap every value by it, while servers run
    Rotate {
        /// The id of the key; without it the one that was added, or on with a rotation that was cut short
        #[arg(long)]
        to: Option<EncryptionKeyId>,
        #[arg(long)]
        json: bool,
    },
    /// End a key that no value needs any more
    Retire {
        /// Its id
        key: EncryptionKeyId,
        #[arg(long)]
        json: bool,
    },
    /// Open every value, and name those that do not open
    Verify {
        #[arg(long)]
        json: bool,
    },
}
