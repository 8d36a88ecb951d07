//! What a token says, and whether it says it to this project now.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::LEEWAY;
use crate::{
    access::{
        EndUser,
        permissions::{Claim, Permissions},
    },
    domain::{Timestamp, id::ProjectId, issuer::Issuer},
};

const MAX_USER_ID: usize = 256;

#[derive(Deserialize)]
pub struct Claims {
    iat: i64,
    pub exp: i64,
    nbf: Option<i64>,
    aud: Option<Audience>,
    /// Scope to permissions; see [`crate::access::permissions`].
    #[serde(rename = "urn:useparagon:connect:permissions")]
    permissions: Option<Claim>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::One(audience) => fits(audience),
            Self::Many(audiences) => audiences.iter().any(|audience| fits(audience)),
        }
    }
}

impl Claims {
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// The user of a token that a key of the project signed. It may say whom it is for.
    pub fn of_project(self, project: ProjectId, now: Timestamp) -> Option<EndUser> {
        let ours = |audience: &str| {
            let id = project.to_string();
            audience == id
                || audience.strip_prefix("patchbay/") == Some(&id)
                || audience.strip_prefix("useparagon.com/") == Some(&id)
        };
        let meant = self.aud.as_ref().is_none_or(|audience| audience.any(ours));
        (meant && self.is_timely(now))
            .then(|| self.user(project, "sub"))
            .flatten()
    }

    /// The user of an issuer's token. It must say whom it is for: the issuer signs for others too.
    pub fn of_issuer(self, issuer: &Issuer, now: Timestamp) -> Option<EndUser> {
        self.is_for(issuer, now)
            .then(|| self.user(issuer.project, &issuer.user_claim))
            .flatten()
    }

    pub fn is_for(&self, issuer: &Issuer, now: Timestamp) -> bool {
        let meant = |audience: &Audience| audience.any(|audience| audience == issuer.audience);
        self.issuer() == Some(&issuer.issuer)
            && self.aud.as_ref().is_some_and(meant)
            && self.is_timely(now)
    }

    fn is_timely(&self, now: Timestamp) -> bool {
        let now = now.as_second();
        self.exp.saturating_add(LEEWAY) > now
            && self.iat <= now + LEEWAY
            && self.iat <= self.exp
            && self.nbf.is_none_or(|not_before| not_before <= now + LEEWAY)
    }

    fn user(self, project: ProjectId, claim: &str) -> Option<EndUser> {
        let user_id: Arc<str> = self.text(claim)?.into();
        // Anybody can sign up with somebody else's address; only a verified one is theirs.
        let proven = claim != "email" || self.others.get("email_verified") == Some(&true.into());
        let fits = !user_id.is_empty()
            && user_id.len() <= MAX_USER_ID
            && !user_id.chars().any(char::is_control);
        (proven && fits).then(|| EndUser {
            project,
            user_id,
            permissions: Permissions::of_claim(self.permissions),
        })
    }

    fn text(&self, claim: &str) -> Option<&str> {
        self.others.get(claim)?.as_str()
    }
}
