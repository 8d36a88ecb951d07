//! Log lines on standard error: a message plus fields, never a secret, a URL with a query, or a body.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Cli, Command, serve::LogFormat};

/// For `serve` as its flags say; other commands log warnings only.
pub fn start(cli: &Cli) {
    let (filter, format) = match &cli.command {
        Command::Serve(args) => (args.log.as_str(), args.log_format),
        _ => ("warn", LogFormat::Text),
    };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colour codes in a file or a collector are noise, and every request would pay for them.
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match format {
        LogFormat::Text => builder.compact().init(),
        LogFormat::Json => builder.json().init(),
    }
}
