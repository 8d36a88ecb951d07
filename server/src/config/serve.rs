//! What `patchbay serve` takes.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "PATCHBAY_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Serve the demo at /demo. Default: only when the public URL is on this machine
    #[arg(long, env = "PATCHBAY_DEMO", action = clap::ArgAction::Set)]
    pub demo: Option<bool>,
    /// How log lines look
    #[arg(long, env = "PATCHBAY_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// What is logged, e.g. info or patchbay=debug
    #[arg(long, env = "PATCHBAY_LOG", default_value = "info")]
    pub log: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Where cargo-leptos puts the browser bundles while developing. A release holds them itself.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
pub fn site_dir() -> String {
    std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| "target/site".to_owned())
}
