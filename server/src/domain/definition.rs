//! What Patchbay knows of a provider: one TOML file under `catalog/`, schema version 1
//! (`docs/catalog.md`).

mod answers;
mod check;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod inject;
mod names;
mod parse;
mod parse_answers;
mod parse_assertion;
mod parse_auth;
mod parse_authorization;
mod parse_choices;
mod parse_inject;
mod parse_oauth1;
mod parse_params;
mod parse_steps;
mod parse_tokens;
mod raw;
mod raw_auth;
mod template;
#[cfg(test)]
mod tests;
mod tokens;

use std::collections::BTreeMap;

use super::{connection::Connection, token_set::CredentialFields};

pub use answers::{AnswerRule, Meaning};
pub use error::DefinitionError;
pub use inject::{ClientCertificate, Inject, SigV4, Signing};
pub use template::{RenderError, Template, is_host_label};
pub use tokens::{
    Address, Assertion, Authorization, Before, ClientOwner, Endpoint, LifetimeUnit, Lookup, Param,
    ParamNames, Renewal, SignatureMethod, Step, StepAuth, StepBody, TokenResponseMap, Tokens,
};

/// What a definition is judged by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Networks that are not public, or reached over plain http, and may be called all the same.
    pub egress_allow: Vec<ipnet::IpNet>,
    /// Present for a definition that is built into Patchbay: it may name these.
    pub own: Option<OwnAddresses>,
}

/// Patchbay's own addresses, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAddresses {
    /// `${patchbay_public}`: where browsers find it.
    pub public_url: String,
    /// `${patchbay_internal}`: where it finds itself.
    pub internal_url: String,
}

/// A provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub slug: String,
    pub name: String,
    pub category: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    pub website: Option<String>,
    pub docs_url: Option<String>,
    /// Where an admin installs the app's package at the provider before anybody connects.
    pub package_url: Option<String>,
    /// May hold `${…}`.
    pub api_base_url: Template,
    /// Sent with every proxied call.
    pub headers: BTreeMap<String, Template>,
    /// Asked from the user before connecting.
    pub inputs: Vec<FieldSpec>,
    /// Asked once the user has authorised: a site, a workspace.
    pub after: Vec<FieldSpec>,
    /// Lists of choices that the provider has for an account.
    pub sources: Vec<ChoiceSource>,
    /// Scope to what it lets the app do.
    pub scope_labels: BTreeMap<String, String>,
    /// The first is the default.
    pub auth: Vec<AuthMethod>,
    pub verification: Option<Verification>,
    /// Built into Patchbay: needs no registration, and lives in development environments only.
    pub built_in: bool,
}

impl Definition {
    /// Reads one file. `file_name`: as messages should show it; its stem must be the slug.
    pub fn parse(file_name: &str, text: &str, rules: &Rules) -> Result<Self, DefinitionError> {
        parse::parse(file_name, text, rules)
    }

    /// `#rrggbb`: the brand's colour, or a grey where it has none.
    pub fn shown_color(&self) -> &str {
        self.color.as_deref().unwrap_or("#4b5563")
    }

    pub fn default_auth(&self) -> &AuthMethod {
        &self.auth[0]
    }

    pub fn auth(&self, id: &str) -> Option<&AuthMethod> {
        self.auth.iter().find(|method| method.id == id)
    }

    pub fn source(&self, id: &str) -> Option<&ChoiceSource> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// How the connection was made; the default where the definition no longer knows.
    pub fn auth_of(&self, connection: &Connection) -> &AuthMethod {
        self.auth(&connection.method)
            .unwrap_or_else(|| self.default_auth())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMethod {
    /// Distinct within the definition. What connections keep, and SDKs call the account type.
    pub id: String,
    /// What people choose it by; there where the definition has several.
    pub label: Option<String>,
    /// A sentence that helps to choose.
    pub help: Option<String>,
    pub kind: AuthKind,
    pub inject: Inject,
    /// Shown in TLS by every call about a connection.
    pub tls: Option<ClientCertificate>,
    /// What answers of the token endpoint mean, before anything else is read from them.
    pub answers: Vec<AnswerRule>,
}

impl AuthMethod {
    /// Whether a credential that holds `fields` is renewed without its owner.
    pub fn is_renewable(&self, fields: &CredentialFields) -> bool {
        self.kind
            .tokens()
            .is_some_and(|tokens| tokens.is_renewable(fields))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthKind {
    /// The provider hands out a token, which is renewed.
    Tokens(Box<Tokens>),
    /// What the person types is the credential.
    Form {
        /// For people: `API key`.
        title: &'static str,
        fields: Vec<FieldSpec>,
    },
}

impl AuthKind {
    pub fn title(&self) -> &'static str {
        match self {
            Self::Tokens(tokens) => tokens.title,
            Self::Form { title, .. } => title,
        }
    }

    pub fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::Tokens(tokens) => Some(tokens),
            Self::Form { .. } => None,
        }
    }

    /// Where the person authorises at the provider, in a window. None: a form is all.
    pub fn authorization(&self) -> Option<&Authorization> {
        self.tokens()?.authorization.as_ref()
    }

    /// Whether a window at the provider is part of it.
    pub fn opens_window(&self) -> bool {
        self.authorization().is_some()
    }

    /// Whether nobody can connect before the integration has its client.
    pub fn needs_company_client(&self) -> bool {
        self.tokens()
            .is_some_and(|tokens| tokens.client == ClientOwner::Company)
    }

    /// The form of the method.
    pub fn fields(&self) -> &[FieldSpec] {
        match self {
            Self::Tokens(tokens) => &tokens.fields,
            Self::Form { fields, .. } => fields,
        }
    }

    fn fields_mut(&mut self) -> &mut Vec<FieldSpec> {
        match self {
            Self::Tokens(tokens) => &mut tokens.fields,
            Self::Form { fields, .. } => fields,
        }
    }
}

/// One input of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    pub name: String,
    pub label: String,
    pub secret: bool,
    /// A key or certificate of several lines.
    pub multiline: bool,
    /// May be left empty.
    pub optional: bool,
    pub help: Option<String>,
    pub placeholder: Option<String>,
    /// A regular expression for the whole value.
    pub pattern: Option<String>,
    /// The value becomes part of a host name: it must be a label, whatever the pattern says.
    pub host_label: bool,
    pub choices: Choices,
}

/// What a field takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choices {
    #[default]
    Free,
    /// One of these.
    Listed(Vec<Choice>),
    /// One of what the provider tells, by the id of a [`ChoiceSource`].
    Source(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// A list at the provider, read with the account's own credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceSource {
    pub id: String,
    pub title: String,
    pub at: CallAt,
    /// Path to the list in the answer; empty where the answer is the list.
    pub items: String,
    /// Paths in one of its items.
    pub value: String,
    pub label: String,
    /// Query parameter for what people type to find a choice.
    pub search: Option<String>,
    /// Query parameter of the page, and the path in the answer to the next one.
    pub cursor: Option<(String, String)>,
    /// The name under which its address takes what was chosen in another list.
    pub parameter: Option<String>,
}

/// A cheap call that proves a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// `GET`, `POST`, `HEAD`.
    pub method: String,
    pub at: CallAt,
    /// Path in the JSON answer.
    pub account_name: Option<String>,
    pub account_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallAt {
    /// Below `api_base_url`.
    Path(Template),
    Url(Template),
}
