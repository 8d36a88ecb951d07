//! Identity providers whose tokens a project takes beside those of its own keys.

use super::{
    Timestamp,
    id::{IssuerId, ProjectId},
};

/// Issuers that a project may have.
pub const MAX_ISSUERS: usize = 10;

/// Who signs tokens, and which of them are meant for the project. Never changed: one that is to be
/// different is removed and added again, under another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    pub id: IssuerId,
    pub project: ProjectId,
    /// `iss` of its tokens, to the letter.
    pub issuer: String,
    /// Where its keys are. None: its discovery document tells (OpenID Connect Discovery 1.0 §4).
    pub jwks_url: Option<String>,
    /// `aud` of the tokens that are meant for the project.
    pub audience: String,
    /// The claim that is the user id.
    pub user_claim: String,
    pub created_at: Timestamp,
}
