//! Links to hosted pages, for the user of the token.

pub mod create;
pub mod read;

use serde::Serialize;

use crate::{
    domain::{
        Timestamp,
        link::{Link, LinkState},
    },
    use_cases::snapshot::Snapshot,
};

/// A link as its maker sees it. Times are RFC 3339.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    pub id: String,
    pub integration: String,
    /// Whom the page says that it is for.
    pub recipient: String,
    /// `created`, `opened`, `completed`, or `expired` where nobody took it in time.
    pub status: &'static str,
    pub date_created: String,
    pub date_expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_opened: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_completed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// With its secret part: when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl View {
    pub fn of(link: &Link, snapshot: &Snapshot, now: Timestamp) -> Self {
        let integration = snapshot.find_by_id(link.integration);
        let (completed, credential) = match &link.state {
            LinkState::Completed { at, connection, .. } => (Some(*at), Some(*connection)),
            _ => (None, None),
        };
        let over = link.state == LinkState::Created && !link.is_open(now);
        Self {
            id: link.id.to_string(),
            integration: integration.map_or_else(String::new, |set_up| {
                set_up.integration.integration_type.clone()
            }),
            recipient: link.recipient(),
            status: if over { "expired" } else { link.state.name() },
            date_created: link.created_at.to_string(),
            date_expires: link.expires_at.to_string(),
            date_opened: link.state.opening().map(|opening| opening.at.to_string()),
            date_completed: completed.map(|at| at.to_string()),
            credential_id: credential.map(|id| id.to_string()),
            url: None,
        }
    }
}
