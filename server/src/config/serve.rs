//! What `patchbay serve` takes.

use std::{net::SocketAddr, time::Duration};

use clap::{Args, ValueEnum};

#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "PATCHBAY_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Serve the demo at /demo. Default: only when the public URL is on this machine
    #[arg(long, env = "PATCHBAY_DEMO", action = clap::ArgAction::Set)]
    pub demo: Option<bool>,
    /// How many days events of connections are kept
    #[arg(long, env = "PATCHBAY_EVENTS_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(7..=400))]
    pub events_days: u32,
    /// How log lines look
    #[arg(long, env = "PATCHBAY_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// What is logged, e.g. info or patchbay=debug
    #[arg(long, env = "PATCHBAY_LOG", default_value = "info")]
    pub log: String,
}

impl ServeArgs {
    pub fn keep_events(&self) -> Duration {
        Duration::from_secs(u64::from(self.events_days) * 24 * 3600)
    }
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
