//! Which of a user's accounts of one integration is meant.

use super::{connection::Connection, id::ConnectionId};

/// As callers write it: nothing, a connection's id, an external id, or `ext:` and an external id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector {
    pub id: Option<ConnectionId>,
    pub external_id: Option<String>,
}

impl Selector {
    /// The longest external id, in bytes.
    pub const MAX: usize = 256;

    /// An empty text means the first account. A text that could be either is both.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::default();
        }
        if let Some(external) = text.strip_prefix("ext:") {
            return Self {
                id: None,
                external_id: Some(external.to_owned()),
            };
        }
        Self {
            id: text.parse().ok(),
            external_id: Some(text.to_owned()),
        }
    }

    /// An external id as an app writes it, without spaces around it and the `ext:` before it.
    pub fn bare(external_id: &str) -> &str {
        let text = external_id.trim();
        text.strip_prefix("ext:").map_or(text, str::trim)
    }

    /// Whether any account will do: the oldest is taken.
    pub fn is_first(&self) -> bool {
        self.id.is_none() && self.external_id.is_none()
    }

    pub fn matches(&self, connection: &Connection) -> bool {
        self.is_first()
            || self.id == Some(connection.id)
            || (self.external_id.is_some() && self.external_id == connection.external_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_are_told_apart() {
        assert!(Selector::parse(" ").is_first());
        let uuid = "0190a7b2-0000-7000-8000-000000000001";
        assert_eq!(Selector::parse(uuid).id, uuid.parse().ok());
        assert_eq!(Selector::parse("acme-1").id, None);
        assert_eq!(
            Selector::parse("acme-1").external_id.as_deref(),
            Some("acme-1")
        );
        let named = Selector::parse(&format!("ext:{uuid}"));
        assert_eq!((named.id, named.external_id.as_deref()), (None, Some(uuid)));
    }
}
