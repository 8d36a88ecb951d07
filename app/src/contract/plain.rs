//! The portal one press at a time, for the script that does its work until its machine is there.

use serde::{Deserialize, Serialize};

use super::{
    ErrorCode,
    connect::{FieldValues, Ticket},
    user::UserState,
};

/// What the page shows, apart from the person's accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainPage {
    pub integration_type: String,
    /// The ways to connect that it offers.
    pub account_types: Vec<String>,
    /// As a BCP 47 tag.
    pub language: String,
}

/// A press, and what goes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PlainPress {
    /// As the button has it: `word/method/account`.
    pub press: String,
    /// What was typed last.
    pub values: FieldValues,
    /// The flow that the page follows.
    pub flow_id: Option<String>,
    /// The page that can be left for the provider's, where one can.
    pub return_url: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainAnswer {
    /// Nothing has changed; the rest then counts for nothing.
    pub still: bool,
    /// The screen.
    pub html: Option<String>,
    /// For the host page, in this order.
    pub told: Vec<PlainWord>,
    /// A flow that is to be begun: in the window, or by the host page as a whole.
    pub begin: Option<(String, Ticket)>,
    pub leaves: bool,
    /// The flow that the page follows from here on.
    pub flow: Option<String>,
    /// `method/account` of the screen.
    pub at: String,
    pub method: Option<String>,
    /// The account that the screen is about.
    pub account: Option<String>,
    /// The browser's machine can take over at this screen; this is what it has to know.
    pub rests: bool,
    /// The settings of the account were stored just now.
    pub saved: bool,
    pub user: Option<UserState>,
    /// The user token is over.
    pub over: bool,
}

/// A word to the host page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PlainWord {
    /// The contract's `Credential`.
    Connected {
        credential: serde_json::Value,
    },
    /// The same, once its settings are stored.
    Configured {
        credential: serde_json::Value,
    },
    Disconnected,
    Error {
        code: ErrorCode,
        message: String,
    },
}
