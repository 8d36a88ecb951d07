//! What `patchbay webhook` takes.

use clap::Subcommand;

use crate::domain::{Timestamp, event::EventType};

#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Send events to an address of your back end; the secret that signs them is shown once
    Add {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        url: String,
        /// Only events of this type; may be given several times
        #[arg(long = "type", value_parser = event_type)]
        types: Vec<EventType>,
        #[arg(long)]
        json: bool,
    },
    /// List the webhooks of a project, without their secrets
    List {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        #[arg(long)]
        json: bool,
    },
    /// Sign with a new secret; for a day the old one signs as well
    Rotate {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        /// The webhook's id
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Send events there again, from now on
    Enable {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Send nothing there until it is enabled again
    Disable {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Remove a webhook
    Remove {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// The latest deliveries of a webhook, and what came of each
    Deliveries {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        id: String,
        #[arg(long)]
        json: bool,
    },
    /// Send events again: one, or those since a time that were not delivered
    Replay {
        #[arg(long, env = "PATCHBAY_PROJECT")]
        project: String,
        id: String,
        /// The event's id
        #[arg(long, conflicts_with = "since", required_unless_present = "since")]
        event: Option<String>,
        /// RFC 3339, e.g. 2026-11-26T08:00:00Z
        #[arg(long)]
        since: Option<Timestamp>,
        #[arg(long)]
        json: bool,
    },
}

fn event_type(text: &str) -> Result<EventType, String> {
    let known = EventType::ALL.map(EventType::as_str).join(", ");
    EventType::parse(text).ok_or_else(|| format!("there are: {known}"))
}
