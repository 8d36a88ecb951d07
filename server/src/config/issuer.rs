//! What `patchbay issuer` takes.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum IssuerCommand {
    /// Take the tokens of an identity provider, e.g. https://securetoken.google.com/my-app
    Add {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// What its tokens say in `iss`, to the letter
        issuer: String,
        /// What its tokens must say in `aud`
        #[arg(long)]
        audience: String,
        /// Where its keys are; left out, its discovery document tells
        #[arg(long)]
        jwks_url: Option<String>,
        /// The claim that is the user id
        #[arg(long, default_value = "sub")]
        user_claim: String,
        #[arg(long)]
        json: bool,
    },
    /// List the identity providers of a project
    List {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        json: bool,
    },
    /// Stop taking an identity provider's tokens
    Remove {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        issuer: String,
        #[arg(long)]
        json: bool,
    },
}
