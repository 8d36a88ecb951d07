//! What a provider's answers mean, where its own words say something else or nothing.

/// Answers of one shape. The first that fits decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRule {
    pub status: Option<u16>,
    /// Where to look: a path into JSON, `header:Name`, `cookie:Name`. None: the whole body.
    pub at: Option<String>,
    /// What is found there, to the letter.
    pub equals: Option<String>,
    /// Or what it holds, whatever the case.
    pub contains: Option<String>,
    pub means: Meaning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    GrantRefused,
    ConsentRevoked,
    ScopesChanged,
    ClientRefused,
    RequestRefused,
    RateLimited,
    Outage,
}
