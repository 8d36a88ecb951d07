//! A link to a hosted page: made for one user, taken by one browser, of use once.

use std::time::Duration;

use super::{
    Timestamp,
    id::{ConnectionId, IntegrationId, LinkId, ProjectId},
};

/// How long a link can be taken where nobody says.
pub const LIFETIME: Duration = Duration::from_secs(3600);
/// The longest that anybody can say: seven days.
pub const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the browser that took it has to finish.
pub const SESSION: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub project: ProjectId,
    pub integration: IntegrationId,
    pub user_id: String,
    /// What its maker calls the user; the page says the id as well.
    pub name: Option<String>,
    /// Where the page leads at its end: of an origin that the project allows.
    pub return_url: Option<String>,
    /// SHA-256 of what stands behind `#` in the address.
    pub token_hash: Vec<u8>,
    pub state: LinkState,
    pub created_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
}

/// The browser that took a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// SHA-256 of what its page presents.
    pub session_hash: Vec<u8>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    Created,
    Opened(Opening),
    Completed {
        opening: Opening,
        connection: ConnectionId,
        at: Timestamp,
    },
}

impl LinkState {
    /// The name under which the store keeps the state.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Opened(_) => "opened",
            Self::Completed { .. } => "completed",
        }
    }

    pub fn opening(&self) -> Option<&Opening> {
        match self {
            Self::Created => None,
            Self::Opened(opening) | Self::Completed { opening, .. } => Some(opening),
        }
    }
}

impl Link {
    /// Who the page says that it is for. The id always stands there: it is the app's own, and whoever
    /// made the link could have chosen any name.
    pub fn recipient(&self) -> String {
        match &self.name {
            Some(name) if *name != self.user_id => format!("{name} ({})", self.user_id),
            _ => self.user_id.clone(),
        }
    }

    /// Whether a browser can still take it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == LinkState::Created && now < self.expires_at
    }

    /// Whether what a page presents is of the browser that took it. `same` compares in constant time.
    pub fn is_session(
        &self,
        now: Timestamp,
        hash: &[u8],
        same: impl Fn(&[u8], &[u8]) -> bool,
    ) -> bool {
        self.state
            .opening()
            .is_some_and(|opening| now < opening.at + SESSION && same(&opening.session_hash, hash))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn link(state: LinkState) -> Link {
        Link {
            id: LinkId(Uuid::from_u128(1)),
            project: ProjectId(Uuid::from_u128(2)),
            integration: IntegrationId(Uuid::from_u128(3)),
            user_id: "user-1".to_owned(),
            name: None,
            return_url: None,
            token_hash: vec![1],
            state,
            created_at: second(0),
            expires_at: second(60),
        }
    }

    #[test]
    fn the_recipient_is_never_a_name_alone() {
        let mut link = link(LinkState::Created);
        assert_eq!(link.recipient(), "user-1");
        link.name = Some("Dana".to_owned());
        assert_eq!(link.recipient(), "Dana (user-1)");
        link.name = Some("user-1".to_owned());
        assert_eq!(link.recipient(), "user-1");
    }

    #[test]
    fn a_link_is_taken_once_and_in_time() {
        let opening = Opening {
            session_hash: vec![7],
            at: second(30),
        };
        assert!(link(LinkState::Created).is_open(second(59)));
        assert!(!link(LinkState::Created).is_open(second(60)));
        assert!(!link(LinkState::Opened(opening)).is_open(second(31)));
    }

    #[test]
    fn only_the_browser_that_took_it_goes_on_and_not_for_ever() {
        let opening = Opening {
            session_hash: vec![7],
            at: second(30),
        };
        let completed = LinkState::Completed {
            opening: opening.clone(),
            connection: ConnectionId(Uuid::from_u128(4)),
            at: second(40),
        };
        let same = |one: &[u8], other: &[u8]| one == other;
        for state in [LinkState::Opened(opening), completed] {
            let link = link(state);
            assert!(link.is_session(second(3629), &[7], same));
            assert!(!link.is_session(second(3630), &[7], same));
            assert!(!link.is_session(second(31), &[8], same));
        }
        assert!(!link(LinkState::Created).is_session(second(1), &[7], same));
    }
}
