//! The command line and the environment: the only place that reads either.

pub mod api_key;
pub mod audit;
pub mod backup;
pub mod issuer;
pub mod keyring;
pub mod secret_source;
pub mod serve;
pub mod transfer;
pub mod webhook;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use api_key::ApiKeyCommand;
pub use audit::AuditCommand;
pub use backup::{BackupArgs, RestoreArgs};
pub use issuer::IssuerCommand;
pub use keyring::KeyringCommand;
pub use secret_source::{KeySource, read_secret_file};
pub use serve::{ServeArgs, site_dir};
pub use transfer::{ExportArgs, ImportArgs, ImportFormat};
pub use webhook::WebhookCommand;

use crate::domain::{operator::Role, secret::Secret};

/// The self-hosted Connect Portal.
#[derive(Debug, Parser)]
#[command(name = "patchbay", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub shared: Shared,
}

/// What every command needs: the database, its key, the catalog.
#[derive(Args, Clone, Debug)]
pub struct Shared {
    /// sqlite://path or postgres://user:password@host/database
    #[arg(
        long,
        global = true,
        env = "PATCHBAY_DATABASE_URL",
        default_value = "sqlite://data/patchbay.db",
        hide_env_values = true
    )]
    pub database_url: Secret,
    /// Keys, each 32 bytes in base64, that encrypt every stored credential. In the environment only.
    #[arg(
        long,
        global = true,
        env = "PATCHBAY_ENCRYPTION_KEY",
        hide = true,
        hide_env_values = true
    )]
    pub encryption_key: Option<Secret>,
    /// A file with the encryption keys, one a line, or a folder of such files
    #[arg(long, global = true, env = "PATCHBAY_ENCRYPTION_KEY_FILE")]
    pub encryption_key_file: Option<PathBuf>,
    /// A command that prints the encryption keys, for a key management service
    #[arg(
        long,
        global = true,
        env = "PATCHBAY_ENCRYPTION_KEY_COMMAND",
        hide_env_values = true
    )]
    pub encryption_key_command: Option<String>,
    /// A folder with provider definitions beside the built-in ones
    #[arg(long, global = true, env = "PATCHBAY_CATALOG_DIR")]
    pub catalog_dir: Option<PathBuf>,
    /// Address ranges that outgoing calls may reach although they are not public, e.g. 127.0.0.0/8
    #[arg(long, global = true, env = "PATCHBAY_EGRESS_ALLOW", value_delimiter = ',', num_args = 1..)]
    pub egress_allow: Vec<ipnet::IpNet>,
    /// Where browsers reach Patchbay, without a path
    #[arg(long, global = true, env = "PATCHBAY_PUBLIC_URL")]
    pub public_url: Option<url::Url>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the portal, the dashboard and the API
    Serve(ServeArgs),
    /// Projects and their environments
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Keys that sign user tokens
    #[command(subcommand)]
    Key(KeyCommand),
    /// Keys with which your back end calls
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Addresses of your back end to which events are sent
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// The keys that encrypt what is stored
    #[command(subcommand)]
    Keyring(KeyringCommand),
    /// Write everything to one file, while servers run
    Backup(BackupArgs),
    /// Check a backup, and put it in place of an empty database
    Restore(RestoreArgs),
    /// Identity providers whose tokens are taken
    #[command(subcommand)]
    Issuer(IssuerCommand),
    /// User tokens, for trying things out
    #[command(subcommand)]
    Token(TokenCommand),
    /// Integrations of a project
    #[command(subcommand)]
    Integration(IntegrationCommand),
    /// Pages that may embed the portal
    #[command(subcommand)]
    Origin(OriginCommand),
    /// Links to pages on which a user connects an account
    #[command(subcommand)]
    Link(LinkCommand),
    /// People who use the dashboard
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// The trail of who did what
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Connected accounts
    #[command(subcommand)]
    Connection(ConnectionCommand),
}

#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project with its three environments
    Create {
        #[arg(long)]
        name: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Create a signing key; its private half is shown once
    Create {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Sign a user token
    Mint {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        user: String,
        /// The private key, PEM
        #[arg(long)]
        key_file: PathBuf,
        /// Seconds
        #[arg(long, default_value_t = 3600, allow_negative_numbers = true)]
        ttl: i64,
    },
}

#[derive(Debug, Subcommand)]
pub enum IntegrationCommand {
    /// Add an integration, or change it
    Set {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long = "type")]
        integration_type: String,
        #[arg(long)]
        client_id: Option<String>,
        #[arg(long)]
        client_secret_file: Option<PathBuf>,
        /// Separated by spaces; empty goes back to the provider's defaults
        #[arg(long)]
        scopes: Option<String>,
        #[arg(long, action = clap::ArgAction::Set)]
        active: Option<bool>,
        /// Whether the user's own browser may have the access token
        #[arg(long, action = clap::ArgAction::Set)]
        browser_token: Option<bool>,
        /// Pages of your app that may take authorization codes; an empty one takes all off the list
        #[arg(long = "redirect-url", num_args = 1..)]
        redirect_urls: Option<Vec<String>>,
        /// A JSON file: what your users are asked for (docs/settings.md)
        #[arg(long)]
        settings: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum OriginCommand {
    /// Allow a page's origin, e.g. https://app.example.com
    Add {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        origin: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// Make a link, of use once; its address is shown once
    Create {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        user: String,
        /// The integration's type
        #[arg(long)]
        integration: String,
        /// What the page calls the user, beside the id
        #[arg(long)]
        name: Option<String>,
        /// Seconds, at most 604800; an hour where nobody says
        #[arg(long)]
        ttl: Option<u64>,
        /// Where the page leads at its end, of an allowed origin
        #[arg(long)]
        return_url: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// The latest links and what became of them
    List {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleArg {
    Admin,
    Member,
    Support,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Admin => Self::Admin,
            RoleArg::Member => Self::Member,
            RoleArg::Support => Self::Support,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum OperatorCommand {
    /// Create an operator
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        password_file: PathBuf,
        #[arg(long, value_enum)]
        role: RoleArg,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConnectionCommand {
    /// List connected accounts, without their credentials
    List {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        user: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Break glass: disconnect every account of a project, or of one integration or user of it
    Revoke {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// Only accounts of this integration
        #[arg(long)]
        integration: Option<String>,
        /// Only accounts of this user
        #[arg(long)]
        user: Option<String>,
        /// Without it nothing is done but counting
        #[arg(long)]
        yes: bool,
        /// How long to wait for the providers' answers, in seconds; the server goes on after that
        #[arg(long, default_value_t = 30)]
        wait: u64,
        #[arg(long)]
        json: bool,
    },
    /// Move connections in, with their credentials
    Import(ImportArgs),
    /// Move connections out, encrypted to a key
    Export(ExportArgs),
    /// Print a secret that a user typed into a setting
    Secret {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// The id of the connected account
        #[arg(long)]
        connection: String,
        /// The setting's id
        #[arg(long)]
        setting: String,
    },
}
