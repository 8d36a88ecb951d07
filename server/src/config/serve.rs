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
    /// Requests a second that one user may make, and ten times as many at once; 0: no limit
    #[arg(long, env = "PATCHBAY_RATE_LIMIT_USER", default_value_t = 100)]
    pub rate_limit_user: u32,
    /// The same for all users of one project
    #[arg(long, env = "PATCHBAY_RATE_LIMIT_PROJECT", default_value_t = 2_000)]
    pub rate_limit_project: u32,
    /// The same for one address of the network, or one /64 of IPv6
    #[arg(long, env = "PATCHBAY_RATE_LIMIT_ADDRESS", default_value_t = 1_000)]
    pub rate_limit_address: u32,
    /// Proxies in front, whose X-Forwarded-For is believed. Default: those of private networks
    #[arg(long = "trusted-proxy", env = "PATCHBAY_TRUSTED_PROXY", value_delimiter = ',', num_args = 1..,
        default_values = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"])]
    pub trusted_proxies: Vec<ipnet::IpNet>,
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
